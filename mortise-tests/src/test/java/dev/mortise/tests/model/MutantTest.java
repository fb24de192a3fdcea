package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.testkit.RedisProcess;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The differential test can fail: scripts that are wrong in a known way part from the model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutantTest {
    private static final long SEQUENCES = 2500;

    private final RedisProcess process = RedisProcess.start();
    private final LuaServer server = new LuaServer(process.host(), process.port());

    @BeforeAll
    void the_scripts_are_right_for_these_sequences() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Comparison.run(Plan.random(seed), server)).isEmpty();
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
        AtomicBoolean changed = new AtomicBoolean();
        server.changeScripts(source -> {
            String other = source.replace(mutant.right, mutant.wrong);
            changed.compareAndSet(false, !other.equals(source));
            return other;
        });
        assertThat(changed).as("the scripts hold: " + mutant.right).isTrue();
        long seed = 0;
        Optional<Divergence> found = Optional.empty();
        while (found.isEmpty() && seed < SEQUENCES) {
            found = Comparison.run(Plan.random(++seed), server);
        }
        assertThat(found).as("a sequence that shows it").isPresent();
    }

    enum Mutant {
        A_GRANT_THAT_NOBODY_HEARD_STAYS("if heard == 0 or type(heard) == 'table' then", "if false then"),
        A_TICKET_IS_KEPT_FOR_EVER("if g.w.misses + 1 < MISSES then", "if true then"),
        WAITERS_OF_A_CLIENT_THAT_IS_GONE_COUNT_NO_MISS(
                "gap = false\n        passOver(ticket, w, counted)", "gap = false"),
        TOO_FEW_ROUNDS("local ROUNDS = 8", "local ROUNDS = 7"),
        TOO_MANY_ROUNDS("local ROUNDS = 8", "local ROUNDS = 9"),
        A_LEASE_LASTS_ONE_MS_LONGER(
                "if h.expiry > 0 and h.expiry <= now() then\n        drop",
                "if h.expiry > 0 and h.expiry < now() then\n        drop"),
        A_LEASE_THAT_IS_OVER_IS_GRANTED_AGAIN("holder.expiry > now()", "holder.expiry >= now()"),
        A_LEASE_THAT_IS_OVER_IS_RENEWED(
                "h.expiry == 0 or h.expiry > now()) then", "h.expiry == 0 or h.expiry >= now()) then"),
        A_LOCK_WITH_WAITERS_IS_DELETED("local idle = S.u == 0 and S.qn == 0", "local idle = S.u == 0"),
        AN_IDLE_LOCK_IS_NOT_DELETED("if idle and S.z == 0 then", "if false then"),
        A_NEWCOMER_OVERTAKES("and not blocked and", "and"),
        A_QUEUE_WITHOUT_BOUND("if S.qn >= most then return {7, S.qn} end\n  mine", "mine"),
        NO_TOMBSTONE("if tombstone > 0 then\n  put", "if false then\n  put"),
        A_TOMBSTONE_LASTS_ONE_MS_LONGER("'^%d+')) > now()", "'^%d+')) >= now()"),
        A_LEASE_OVER_IS_TAKEN_OFF_TWICE(
                "'h:' and S.change[all[i]] == nil then\n      local h", "'h:' then\n      local h"),
        WHOEVER_WITHDRAWS_IS_GRANTED("local record = S.change['q:' .. ticket]", "local record"),
        A_RENEWAL_SHORTENS("or later(h.expiry, expiry))", "or expiry)"),
        A_REPEATED_ACQUIRE_SHORTENS(
                "later(holder.expiry, lease == 0 and 0 or now() + lease)", "lease == 0 and 0 or now() + lease"),
        HANDED_ON_IN_THE_QUIET_PERIOD("S.qn > 0 and not quiet", "S.qn > 0"),
        GRANTED_IN_THE_QUIET_PERIOD("if not mine and quiet == 0 and", "if not mine and"),
        REVIVED_WITHOUT_A_QUIET_PERIOD("if quiet and reinstall", "if reinstall"),
        THE_HIGHEST_TOKEN_GIVES_WAY("return a.token < b.token", "return a.token > b.token"),
        A_TAKEN_UP_LEASE_STAYS_IN_THE_QUEUE("if ticket then dequeue(tonumber(ticket), id) end", ""),
        A_NEWCOMERS_MARKER_ENDS_THE_DOUBT("if m[3] and known", "if false and known"),
        ADOPTED_TWICE_WITH_ONE_TICKET("h.adoption ~= adoption and before", "false and before"),
        A_TOKEN_REPEATS("math.max(S.t + 1, nowUs, floor + 1)", "math.max(nowUs, floor + 1)"),
        A_TOKEN_BELOW_THE_FLOOR("math.max(S.t + 1, nowUs, floor + 1)", "math.max(S.t + 1, nowUs)"),
        A_QUICK_GRANT_BELOW_THE_FLOOR("= math.max(nowUs, ARGV[4] + 1)", "= nowUs"),
        A_QUICK_RELEASE_DROPS_TOMBSTONES("if not f[8] and not f[9] and f[1]", "if not f[8] and f[1]"),
        A_QUICK_RELEASE_DROPS_WAITERS("if not f[8] and not f[9] and f[1]", "if not f[9] and f[1]"),
        A_QUICK_RELEASE_ENDS_OTHERS("and f[2] == string.match(f[10]", "and string.match(f[10]"),
        A_WAITER_WITHOUT_FLOOR("math.max(S.t, floor, clockUs)", "math.max(S.t, clockUs)"),
        A_MARK_WITHOUT_CLOCK("math.max(S.t, floor, clockUs)", "math.max(S.t, floor)"),
        A_TICKET_OF_ANOTHER_IS_TAKEN("'q:' .. ticket) == 0 then", "'q:' .. ticket) >= 0 then"),
        COLLECTED_WITHOUT_GRACE("- tonumber(since) >= tonumber(ARGV[2])", "- tonumber(since) >= 0"),
        COLLECTED_ALTHOUGH_RENEWED("if tonumber(renewals) ~= h.renewals then", "if not renewals then"),
        COLLECTED_ALTHOUGH_ALIVE("redis.call('EXISTS', KEYS[2]) == 1", "false"),
        THE_KEY_DIES_EARLY(", 'GT')", ")"),
        FORCE_TELLS_THE_FIRST_OWNER("string.match(x.h.adoption, '^%d+:(.*)$') or x.id", "x.id"),
        FORCE_LEAVES_THE_WAITERS("remove(id, ended[#ended].h)", "S.u = 0");

        private final String right;
        private final String wrong;

        Mutant(String right, String wrong) {
            this.right = right;
            this.wrong = wrong;
        }
    }
}
