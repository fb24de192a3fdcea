package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.testkit.RedisProcess;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** As {@link MutantTest}, of what only a node of a quorum does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VotingMutantTest {
    private static final long SEQUENCES = 2500;

    private final RedisProcess process = RedisProcess.start();
    private final LuaServer server = new LuaServer(process.host(), process.port());

    @BeforeAll
    void the_scripts_are_right_for_these_sequences() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Comparison.run(Plan.ofQuorum(seed), server)).isEmpty();
        }
    }

    @AfterAll
    void stop() {
        server.close();
        process.close();
    }

    @ParameterizedTest
    @EnumSource
    void each_known_mutant_is_found(Mutant mutant) {
        assertThat(server.mutate(mutant.right, mutant.wrong))
                .as("the scripts hold: " + mutant.right)
                .isTrue();
        long seed = 0;
        Optional<Divergence> found = Optional.empty();
        while (found.isEmpty() && seed < SEQUENCES) {
            found = Comparison.run(Plan.ofQuorum(++seed), server);
        }
        assertThat(found).as("a sequence that shows it").isPresent();
    }

    enum Mutant {
        A_WITHDRAWN_LEASE_GETS_A_VOTE(
                "if f[12] and tonumber(string.match(f[12], '^%d+')) > now() then return {5} end", ""),
        WHAT_IS_OVER_STILL_COUNTS("local over = expire() > 0", "local over = false"),
        WHAT_IS_OVER_IS_TOLD_TO_NOBODY("if over then settle(id, nil, nil, quiet > 0) end", "if over then flush(0) end"),
        WHAT_IS_OVER_IS_TOLD_TO_NOBODY_OF_ANOTHER_KIND("if over then settle('', nil", "if false then settle('', nil"),
        WHAT_IS_OVER_IS_TAKEN_FOR_A_HOLDER(
                "f[10] and S.change['h:' .. id] == nil and parseHolder(f[10])", "f[10] and parseHolder(f[10])"),
        ANOTHER_KIND_IS_NO_MATTER("if S.u > 0 or S.qn > 0 then\n    local actual", "if false then\n    local actual"),
        ANOTHER_KIND_FOR_EVER("if S.u > 0 or S.qn > 0 then\n    local actual", "if true then\n    local actual"),
        WHOEVER_TAKES_A_VOTE_BACK_WAITS_NO_MORE("if not f[11] then enqueue(", "if false then enqueue("),
        VOTES_IN_THE_QUIET_PERIOD("if quiet > 0 then return refuse({4, quiet}) end", ""),
        NO_PLACE_IN_THE_QUIET_PERIOD("return refuse({4, quiet})", "return leave({4, quiet})"),
        MORE_VOTES_THAN_PERMITS("(S.u + permits > S.n or letsWriterPass())", "letsWriterPass()"),
        READERS_PASS_A_WRITER("(S.u + permits > S.n or letsWriterPass())", "S.u + permits > S.n"),
        A_WRITER_THAT_ASKS_NO_MORE_HOLDS_READERS_UP(
                "if w.permits == S.n and isFresh(w) then", "if w.permits == S.n then"),
        A_READER_HOLDS_READERS_UP("if w.permits == S.n and isFresh(w) then", "if isFresh(w) then"),
        A_LATER_WRITER_HOLDS_A_READER_UP("ticket and ticket - 1 or S.qt", "S.qt"),
        WRITERS_WAIT_FOR_WRITERS("if S.qn == 0 or permits == S.n or not", "if S.qn == 0 or not"),
        AN_OLD_TOKEN_IS_ACCEPTED("token <= math.max(S.t, nowUs) - LAG then", "token <= nowUs - LAG then"),
        A_FORGOTTEN_TOKEN_IS_ACCEPTED("token <= math.max(S.t, nowUs) - LAG then", "token <= S.t - LAG then"),
        A_TOKEN_JUST_USED_IS_ACCEPTED(
                "token <= math.max(S.t, nowUs) - LAG then", "token < math.max(S.t, nowUs) - LAG then"),
        NO_TOKEN_TWICE("if not again and token <=", "if token <="),
        OUTBID_BY_LESS_THAN_THE_CLOCK("{2, math.max(S.t - LAG, nowUs)}", "{2, math.max(S.t, nowUs) - LAG}"),
        A_TOKEN_IS_NOT_REMEMBERED("S.t = math.max(S.t, token + block() - 1 + LAG)", ""),
        A_BLOCK_IS_NOT_REMEMBERED("token + block() - 1 + LAG", "token + LAG"),
        THE_LAG_IS_NOT_REMEMBERED("token + block() - 1 + LAG", "token + block() - 1"),
        A_LATER_ROUND_KEEPS_THE_TOKEN(
                "if not again then mine.token, mine.since, S.g = token, ahead(token), S.g + 1 end", ""),
        THE_SAME_VOTE_SHORTENS(
                "extend(id, mine, lease, later(mine.expiry, expiry))", "extend(id, mine, lease, expiry)"),
        A_HOLDER_STAYS_IN_THE_QUEUE("if ticket then dequeue(ticket, id) end", ""),
        A_HOLDER_QUEUES("if not wait or mine then return leave(reply) end", "if not wait then return leave(reply) end"),
        ALL_WHO_ARE_REFUSED_QUEUE(
                "if not wait or mine then return leave(reply) end", "if mine then return leave(reply) end"),
        A_QUEUE_WITHOUT_BOUND("if S.qn >= most then\n      flush(0)", "if false then\n      flush(0)"),
        ASKING_AGAIN_IS_NOT_NOTICED(
                "w.permits, lease, w.since, now(), w.note", "w.permits, lease, w.since, w.asked, w.note"),
        ASKING_AGAIN_COUNTS_AS_JOINING(
                "w.permits, lease, w.since, now(), w.note", "w.permits, lease, now(), now(), w.note"),
        ANYBODY_UNVOTES_A_LATER_ROUND("or h.token > tonumber(ARGV[2]) or", "or"),
        UNVOTE_WANTS_A_GREATER_TOKEN("or h.token > tonumber(ARGV[2]) or", "or h.token >= tonumber(ARGV[2]) or"),
        UNVOTE_ENDS_WHAT_IS_OVER(
                "or h.expiry > 0 and h.expiry <= now() then return 0 end\nremove", "then return 0 end\nremove"),
        UNVOTE_TELLS_NOBODY(
                "settle(id, nil, nil, quietLeft(KEYS[2], tonumber(ARGV[3]",
                "flush(0, nil, nil, quietLeft(KEYS[2], tonumber(ARGV[3]"),
        WAITERS_ARE_GRANTED_UNASKED("if voted() then\n    flush(0)", "if false then\n    flush(0)"),
        NUDGES_IN_THE_QUIET_PERIOD("if not quiet then nudge(caller) end", "nudge(caller)"),
        THE_CALLER_IS_TOLD("if w.id == caller then", "if false then"),
        WHO_ASKS_NO_MORE_IS_TOLD("elseif not isFresh(w) then", "elseif false then"),
        FRESH_FOR_A_MOMENT_MORE("w.asked + FRESH > now()", "w.asked + FRESH >= now()"),
        WHO_DOES_NOT_FIT_IS_TOLD("elseif used + w.permits > S.n then", "elseif false then"),
        ALL_ARE_TOLD("used, told, gap = used + w.permits, told + 1, false", "told, gap = told + 1, false"),
        ONLY_ONE_IS_TOLD("local TOLD = 64", "local TOLD = 1"),
        WHO_CANNOT_BE_TOLD_STAYS(
                "dead[client] = true\n          dequeue(ticket, w.id)", "dead[client], gap = true, false"),
        WHO_CANNOT_BE_TOLD_WAS_TOLD(
                "if dead[client] or reachedNobody(tell(client, w.id)) then", "if tell(client, w.id) == nil then"),
        WHO_WAS_TOLD_LOSES_ITS_PLACE("told + 1, false", "told + 1, gap"),
        A_NODE_IS_KEPT_FOR_NOBODY("if told > 0 then put('k', int(now() + KEPT)) end", ""),
        A_NODE_IS_KEPT_FOR_WHO_DID_NOT_HEAR("if told > 0 then put('k'", "if S.qn > 0 then put('k'"),
        A_NODE_IS_KEPT_FOR_WHO_HAS_LEFT("if S.qn == 0 and voted() then drop('k') end", ""),
        A_NODE_IS_KEPT_TOO_LONG("local KEPT = 10", "local KEPT = 11"),
        WHO_HAS_A_PLACE_LETS_OTHERS_PASS("if ticket or not f[13] then", "if not f[13] then"),
        WHO_HAS_NO_PLACE_LETS_NOBODY_PASS("if not mine and keptFor() > 0 then", "if false then"),
        A_HOLDER_LETS_OTHERS_PASS("if not mine and keptFor() > 0 then", "if keptFor() > 0 then"),
        A_NODE_IS_KEPT_WITHOUT_END("refuse({3, keptFor(), 0})", "refuse({3, 0, 0})"),
        A_DOWNGRADE_ISSUES_A_TOKEN("if voted() then\n    h.permits = 1", "if false then\n    h.permits = 1"),
        A_LEASE_TAKEN_UP_AGAIN_LEAVES_ITS_TOKENS_FREE("token + ISSUED + (voted() and LAG or 0)", "token + ISSUED"),
        T_OF_ANOTHER_USE_IS_LOST("S.t < nowUs and 0 or S.t", "0");

        private final String right;
        private final String wrong;

        Mutant(String right, String wrong) {
            this.right = right;
            this.wrong = wrong;
        }
    }
}
