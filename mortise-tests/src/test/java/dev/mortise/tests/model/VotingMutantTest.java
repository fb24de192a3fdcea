package dev.mortise.tests.model;

import java.util.EnumSet;

/** As {@link MutantTest}, of what only a node of a quorum does. */
class VotingMutantTest extends MutantTests<VotingMutantTest.Mutant> {
    VotingMutantTest() {
        super(
                Mutant.class,
                EnumSet.of(Mutant.MORE_VOTES_THAN_PERMITS, Mutant.AN_UNUSED_NODE_RESERVES_NO_BLOCK),
                SeldomPlans.ofQuorum(),
                Sequence::ofQuorum);
    }

    enum Mutant implements Wrong {
        A_WITHDRAWN_LEASE_GETS_A_VOTE("if S.z > 0 and buried(get('x:' .. id)) then return {5} end", ""),
        WHAT_IS_OVER_STILL_COUNTS("local over = expire() > 0", "local over = false"),
        WHAT_IS_OVER_IS_TOLD_TO_NOBODY("if over then settle(id, quiet > 0) end", "if over then flush(0) end"),
        WHAT_IS_OVER_IS_TOLD_TO_NOBODY_OF_ANOTHER_KIND(
                "if over then settle('', quietLeft", "if false then settle('', quietLeft"),
        WHAT_IS_OVER_IS_TAKEN_FOR_A_HOLDER(
                "f[2] and S.change['h:' .. id] == nil and parseHolder(f[2])", "f[2] and parseHolder(f[2])"),
        ANOTHER_KIND_IS_NO_MATTER("if S.u > 0 or S.qn > 0 then\n    local actual", "if false then\n    local actual"),
        ANOTHER_KIND_FOR_EVER("if S.u > 0 or S.qn > 0 then\n    local actual", "if true then\n    local actual"),
        WHOEVER_TAKES_A_VOTE_BACK_WAITS_NO_MORE("if not f[3] then enqueue(", "if false then enqueue("),
        VOTES_IN_THE_QUIET_PERIOD("if quiet > 0 then return refuse({4, quiet}) end", ""),
        NO_PLACE_IN_THE_QUIET_PERIOD("return refuse({4, quiet})", "return leave({4, quiet})"),
        MORE_VOTES_THAN_PERMITS("(S.u + permits > S.n or letsWriterPass())", "letsWriterPass()"),
        READERS_PASS_A_WRITER("(S.u + permits > S.n or letsWriterPass())", "S.u + permits > S.n"),
        A_WRITER_THAT_ASKS_NO_MORE_HOLDS_READERS_UP(
                "if w.permits == S.n and isFresh(w) then", "if w.permits == S.n then"),
        A_READER_HOLDS_READERS_UP("if w.permits == S.n and isFresh(w) then", "if isFresh(w) then"),
        A_LATER_WRITER_HOLDS_A_READER_UP(
                "if not record or ticket and at >= ticket then break end", "if not record then break end"),
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
                "settle(id, quietLeft(KEYS[2], tonumber(ARGV[3]", "flush(0, quietLeft(KEYS[2], tonumber(ARGV[3]"),
        WAITERS_ARE_GRANTED_UNASKED("if voted() then\n    flush(0)", "if false then\n    flush(0)"),
        NUDGES_IN_THE_QUIET_PERIOD("if not quiet then nudge(caller) end", "nudge(caller)"),
        THE_CALLER_IS_TOLD("if w.id == caller then", "if false then"),
        WHO_ASKS_NO_MORE_IS_TOLD("elseif not isFresh(w) then", "elseif false then"),
        FRESH_FOR_A_MOMENT_MORE("w.asked + FRESH > now()", "w.asked + FRESH >= now()"),
        WHO_DOES_NOT_FIT_IS_TOLD("elseif used + w.permits > S.n then", "elseif false then"),
        ALL_ARE_TOLD("used, told, gap = used + w.permits, told + 1, false", "told, gap = told + 1, false"),
        ONLY_ONE_IS_TOLD("local TOLD = 32", "local TOLD = 1"),
        WHO_CANNOT_BE_TOLD_STAYS(
                "dead[client] = true\n        dequeue(ticket, w.id)", "dead[client], gap = true, false"),
        WHO_CANNOT_BE_TOLD_WAS_TOLD(
                "if dead[client] or reachedNobody(tell(client, w.id)) then", "if tell(client, w.id) == nil then"),
        WHO_WAS_TOLD_LOSES_ITS_PLACE("told + 1, false", "told + 1, gap"),
        A_NODE_IS_KEPT_FOR_NOBODY("if told > 0 then put('k', int(now() + KEPT)) end", ""),
        A_NODE_IS_KEPT_FOR_WHO_DID_NOT_HEAR("if told > 0 then put('k'", "if S.qn > 0 then put('k'"),
        A_NODE_IS_KEPT_FOR_WHO_HAS_LEFT("if S.qn == 0 and voted() then drop('k') end", ""),
        A_NODE_IS_KEPT_TOO_LONG("local KEPT = 10", "local KEPT = 11"),
        WHO_HAS_A_PLACE_LETS_OTHERS_PASS("if ticket or not f[4] then", "if not f[4] then"),
        WHO_HAS_NO_PLACE_LETS_NOBODY_PASS("if not mine and keptFor() > 0 then", "if false then"),
        A_HOLDER_LETS_OTHERS_PASS("if not mine and keptFor() > 0 then", "if keptFor() > 0 then"),
        A_NODE_IS_KEPT_WITHOUT_END("refuse({3, keptFor(), 0})", "refuse({3, 0, 0})"),
        A_DOWNGRADE_ISSUES_A_TOKEN("if voted() then\n    h.permits = 1", "if false then\n    h.permits = 1"),
        A_LEASE_TAKEN_UP_AGAIN_LEAVES_ITS_TOKENS_FREE("token + ISSUED + (voted() and LAG or 0)", "token + ISSUED"),
        T_OF_ANOTHER_USE_IS_LOST("S.t < nowUs and 0 or S.t", "0"),
        AN_UNUSED_NODE_VOTES_IN_THE_QUIET_PERIOD(
                "if not (KEYS[2] and quietLeft(KEYS[2], tonumber(ARGV[5])) > 0) and tonumber(token)",
                "if tonumber(token)"),
        AN_UNUSED_NODE_ACCEPTS_AN_OLD_TOKEN(
                "tonumber(token) > math.max(t, nowUs) - LAG then", "tonumber(token) > nowUs - LAG then"),
        AN_UNUSED_NODE_ACCEPTS_A_TOKEN_FROM_LONG_AGO(
                "tonumber(token) > math.max(t, nowUs) - LAG then", "tonumber(token) > t - LAG then"),
        AN_UNUSED_NODE_ACCEPTS_A_TOKEN_JUST_USED(
                "tonumber(token) > math.max(t, nowUs) - LAG then", "tonumber(token) >= math.max(t, nowUs) - LAG then"),
        AN_UNUSED_NODE_BELIEVES_ANY_TOKEN("if isAhead(tonumber(token), t) then return AHEAD end", ""),
        AN_UNUSED_NODE_RESERVES_NO_BLOCK(
                "(string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1) + LAG))", "0 + LAG))"),
        AN_UNUSED_NODE_DOES_NOT_REMEMBER_THE_LAG(
                "(string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1) + LAG))",
                "(string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1)))"),
        AN_UNUSED_NODE_ENDS_WHAT_HAS_NO_END(
                "local expiry = lease == '0' and '0' or int(ms + lease)", "local expiry = int(ms + lease)"),
        THE_KEY_OF_A_NODE_DIES_EARLY(
                "local ttl = lease == '0' and NO_EXPIRY_TTL or lease + DAY", "local ttl = lease + DAY"),
        THE_FIRST_VOTE_IS_NOT_REMEMBERED(
                "if KEYS[2] and not hasVoted then redis.call('HSET', KEYS[2], 'used', '1') end\n    return {1, 0}",
                "return {1, 0}"),
        AN_UNUSED_NODE_FORGETS_TOMBSTONES("'^(%-) 0 (%d+) 0 0 1 0 0 0$'", "'^(%-) 0 (%d+) 0 0 1 0 0 %d+$'"),
        AN_UNUSED_NODE_IS_USED_BY_ONE_PERMIT(
                "'v', shape .. ' ' .. permits .. ' ' ..\n        int(", "'v', shape .. ' 1 ' ..\n        int("),
        A_RELEASED_VOTE_LEAVES_ITS_ABSENCE("elseif format == '2' and lease ~= '0' and", "elseif format == '2' and"),
        A_RELEASED_VOTE_LEAVES_ITS_ATTEMPT(
                "redis.call('HDEL', KEYS[1], 'h:' .. id, 'o:' .. id, 'a:' .. id)\n      redis.call('PEXPIRE'",
                "redis.call('HDEL', KEYS[1], 'h:' .. id, 'o:' .. id)\n      redis.call('PEXPIRE'"),
        A_RELEASED_VOTE_FORGETS_ITS_TOKENS(
                "if last < nowUs then\n      redis.call('DEL'", "if true then\n      redis.call('DEL'"),
        A_RELEASED_VOTE_STAYS_FOR_LONG("redis.call('PEXPIRE', KEYS[1], math.floor((last - nowUs) / 1000) + 1)\n", ""),
        A_RELEASED_VOTE_IS_HANDED_ON(
                "permits == capacity and lease ~= '0' and format == '1'", "permits == capacity and lease ~= '0'"),
        A_RELEASED_VOTE_GIVES_BACK_TOKENS(
                "if permits == capacity and last == token + block then", "if permits == capacity then");

        private final String right;
        private final String wrong;

        Mutant(String right, String wrong) {
            this.right = right;
            this.wrong = wrong;
        }

        @Override
        public String right() {
            return right;
        }

        @Override
        public String wrong() {
            return wrong;
        }
    }
}
