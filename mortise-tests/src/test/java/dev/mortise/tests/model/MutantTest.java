package dev.mortise.tests.model;

import java.util.EnumSet;

/**
 * The differential test can fail: scripts that are wrong in a known way part from the model. The system property {@code
 * mortise.model.mutants} says that all are tried, not only a sample that is the same each time.
 */
class MutantTest extends MutantTests<MutantTest.Mutant> {
    MutantTest() {
        super(
                Mutant.class,
                EnumSet.of(
                        Mutant.A_NEWCOMER_OVERTAKES,
                        Mutant.NO_TOMBSTONE,
                        Mutant.A_TOKEN_REPEATS,
                        Mutant.A_WRITER_BESIDE_A_READER,
                        Mutant.A_DOWNGRADE_KEEPS_THE_PERMITS),
                SeldomPlans.all(),
                Sequence::random);
    }

    enum Mutant implements Wrong {
        A_GRANT_THAT_NOBODY_HEARD_STAYS(
                "if (dead[client] or reachedNobody(say(client, message))) and not asks(g.w) then\n          dead[client], counted",
                "if false then\n          dead[client], counted"),
        WHO_HEARS_NOTHING_IS_NOT_TRUSTED(
                "if (dead[client] or reachedNobody(say(client, message))) and not asks(g.w) then\n          dead[client], counted",
                "if dead[client] or reachedNobody(say(client, message)) then\n          dead[client], counted"),
        WHO_HEARS_NOTHING_IS_PASSED_OVER("not mine and not asks(w) and isGone", "not mine and isGone"),
        WHO_HEARS_NOTHING_IS_TRUSTED_FOR_EVER(
                "return w.asked > now() and w.asked <= now() + DEAF_TRUST", "return w.asked > 2"),
        WHO_HEARS_NOTHING_ASKS_AS_OTHERS_DO("if deaf then after =", "if false then after ="),
        A_TICKET_IS_KEPT_FOR_EVER("return not isSilent(w, SILENT) and askedAt", "return askedAt"),
        A_MISS_COUNTS_MORE("local MISS = 5000", "local MISS = 5001"),
        WAITERS_OF_A_CLIENT_THAT_IS_GONE_COUNT_NO_MISS(
                "gap = gap and ticket == UPGRADE\n      passOver(ticket, w, counted)",
                "gap = gap and ticket == UPGRADE"),
        A_WAITER_MISSES_TWICE_A_CALL("if counted[w.id] then return end", ""),
        TOO_FEW_ROUNDS("for round = 1, 2 do", "for round = 1, 1 do"),
        EACH_IS_GRANTED_BEFORE_IT_IS_ASKED(
                "if next(dead) == nil then return false end", "if not dead[client] then return false end"),
        THE_SILENT_BLOCK("if not mine and isSilent(w, silence) or w.permits > S.n then", "if w.permits > S.n then"),
        SILENT_A_MOMENT_EARLY("local SILENT = 15000", "local SILENT = 14999"),
        THE_SILENT_ARE_NOT_ASKED("for _, w in ipairs(silent) do tell(w.client, w.id) end", ""),
        AN_IDLE_LOCK_IS_OFFERED_TO_THE_SILENT("(S.idle or S.over) and CLAIM or SILENT", "SILENT"),
        A_LOCK_OF_WHICH_THE_LEASE_IS_OVER_IS_OFFERED_TO_THE_SILENT("(S.idle or S.over) and", "S.idle and"),
        A_RELEASED_LOCK_IS_KEPT_FROM_THE_SILENT("(S.idle or S.over) and CLAIM", "CLAIM"),
        NOBODY_SEES_WHEN_A_WAITER_CAME("if w.asked == 0 then see(ticket) end", ""),
        A_POLL_DOES_NOT_SHOW_LIFE("deaf and asksBy() or now(), w.note", "deaf and asksBy() or w.asked, w.note"),
        A_POLL_OF_A_HELD_LOCK_LEAVES_THE_SILENT("(S.u < S.n or mine) and quiet", "S.u < S.n and quiet"),
        THE_SILENT_FILL_THE_QUEUE("    thin()\n", ""),
        THE_NEXT_IN_FRONT_IS_NOT_TOLD("f[3] and tonumber(f[3]) < first.ticket then", "false then"),
        THE_FIRST_IS_TOLD_OF_EACH_THAT_LEAVES("f[3] and tonumber(f[3]) < first.ticket then", "true then"),
        THE_SECOND_DOES_NOT_WATCH("if place == 1 or look <= SOON then", "if place == 1 then"),
        A_LEASE_LASTS_ONE_MS_LONGER(
                "if h.expiry > 0 and h.expiry <= now() then\n        drop",
                "if h.expiry > 0 and h.expiry < now() then\n        drop"),
        A_LEASE_THAT_IS_OVER_IS_GRANTED_AGAIN("holder.expiry > now()", "holder.expiry >= now()"),
        A_LEASE_THAT_IS_OVER_IS_RENEWED(
                "h.expiry == 0 or h.expiry > now()) then", "h.expiry == 0 or h.expiry >= now()) then"),
        A_LOCK_WITH_WAITERS_IS_DELETED("local idle = S.u == 0 and S.qn == 0", "local idle = S.u == 0"),
        AN_IDLE_LOCK_IS_NOT_DELETED("if idle and S.z == 0 and kept == 0 then", "if false then"),
        A_NEWCOMER_OVERTAKES("and not blocked and", "and"),
        A_QUEUE_WITHOUT_BOUND("if S.qn >= most then\n      flush(0)", "if false then\n      flush(0)"),
        NO_TOMBSTONE("if millis <= 0 then return end", "if true then return end"),
        A_TOMBSTONE_LASTS_ONE_MS_LONGER("return untilMs and untilMs > now()", "return untilMs and untilMs >= now()"),
        A_LEASE_OVER_IS_TAKEN_OFF_TWICE(
                "'h:' and S.change[all[i]] == nil then\n      local h", "'h:' then\n      local h"),
        WHOEVER_WITHDRAWS_IS_GRANTED(
                "local record = get('q:' .. at)\n    if record then return at, record end",
                "local record = redis.call('HGET', key, 'q:' .. at)\n    if record then return at, record end"),
        A_RENEWAL_SHORTENS("or later(h.expiry, expiry))", "or expiry)"),
        A_REPEATED_ACQUIRE_SHORTENS(
                "later(holder.expiry, lease == 0 and 0 or now() + lease)", "lease == 0 and 0 or now() + lease"),
        HANDED_ON_IN_THE_QUIET_PERIOD("S.qn > 0 and not quiet", "S.qn > 0"),
        GRANTED_IN_THE_QUIET_PERIOD("if not mine and quiet == 0 and", "if not mine and"),
        REVIVED_WITHOUT_A_QUIET_PERIOD("return quiet and reinstall(", "return reinstall("),
        A_FORGOTTEN_UPGRADE_STAYS_FORGOTTEN("h and quiet and h.token < token", "false"),
        THE_HIGHEST_TOKEN_GIVES_WAY("return a.token < b.token", "return a.token > b.token"),
        A_TAKEN_UP_LEASE_STAYS_IN_THE_QUEUE("if ticket then dequeue(tonumber(ticket), id) end", ""),
        A_NEWCOMERS_MARKER_ENDS_THE_DOUBT("(m[3] or untilMs > now())", "untilMs > now()"),
        ADOPTED_TWICE_WITH_ONE_TICKET("h.adoption ~= adoption and before", "false and before"),
        ADOPTED_WITH_A_TOKEN_ABOVE_ALL("if tonumber(ARGV[6]) > S.t then return {0} end", ""),
        A_STRANGE_TOKEN_IS_BELIEVED("return token > math.max(known, nowUs) + MOST_AHEAD", "return false"),
        A_TOKEN_AHEAD_IS_STRANGE("math.max(known, nowUs) + MOST_AHEAD", "nowUs"),
        A_TOKEN_REPEATS("math.max(S.t + 1, nowUs, floor + 1)", "math.max(nowUs, floor + 1)"),
        A_TOKEN_BELOW_THE_FLOOR("math.max(S.t + 1, nowUs, floor + 1)", "math.max(S.t + 1, nowUs)"),
        A_QUICK_WAY_DROPS_TOMBSTONES("(%d+) (%d+) 0$'", "(%d+) (%d+) %d+$'"),
        A_QUICK_RELEASE_DROPS_WAITERS("elseif qn == '0' and permits == u then", "elseif permits == u then"),
        A_QUICK_RELEASE_ENDS_OTHERS("elseif qn == '0' and permits == u then", "elseif qn == '0' then"),
        A_WAITER_WITHOUT_FLOOR("math.max(S.t + 1, floor, clockUs)", "math.max(S.t + 1, clockUs)"),
        A_MARK_WITHOUT_CLOCK("math.max(S.t + 1, floor, clockUs)", "math.max(S.t + 1, floor)"),
        A_TICKET_OF_ANOTHER_IS_TAKEN("'q:' .. ticket) == 0 then", "'q:' .. ticket) >= 0 then"),
        COLLECTED_WITHOUT_GRACE("now() - aliveAt(h) >= grace", "true"),
        COLLECTED_ALTHOUGH_RENEWED("math.max(h.renewals, math.floor", "math.max(0, math.floor"),
        COLLECTED_ALTHOUGH_GRANTED("- h.since)\nend", "- h.since - grace)\nend"),
        COLLECTED_AT_FIRST_SIGHT("if isSure() or seen", "if true or seen"),
        COLLECTED_SOON_AFTER_A_START("upFor() >= grace", "upFor() >= 0"),
        COLLECTED_WITHOUT_A_SECOND_GRACE("seen and now() - tonumber(since) >= grace", "seen"),
        NEVER_COLLECTED_WHERE_THE_START_IS_HIDDEN("isSure() or seen and", "isSure() or false and"),
        A_RENEWAL_WITHOUT_EXPIRY_IS_ONLY_COUNTED("int(expiry == 0 and now() or h.renewals + 1)", "int(h.renewals + 1)"),
        THE_KEY_DIES_EARLY(", 'GT')", ")"),
        FORCE_TELLS_THE_FIRST_OWNER("ownerOf(x.id, x.h)", "clientOf(x.id)"),
        FORCE_LEAVES_THE_WAITERS(
                "      remove(id, h)\n      if h.expiry",
                "      S.u, S.g = S.u - h.permits, S.g + 1\n      dropHolder(id)\n      if h.expiry"),
        A_MARK_THAT_SOMEBODY_GETS("math.max(S.t + 1, floor, clockUs)", "math.max(S.t, floor, clockUs)"),
        A_GRANT_RESERVES_NO_BLOCK("local BLOCK = 64", "local BLOCK = 1"),
        A_QUICK_GRANT_RESERVES_NO_BLOCK("and token or token + BLOCK - 1)", "and token or token)"),
        USED_TOKENS_ARE_GIVEN_BACK("giveBack(h.token, h.token + (tonumber(used) or 0))", "giveBack(h.token, h.token)"),
        A_READER_GIVES_BACK_WHAT_OTHERS_MAY_HAVE("if h.permits == S.n then giveBack(", "if true then giveBack("),
        A_BLOCK_BEFORE_OTHERS_IS_GIVEN_BACK("if S.t == token + block() - 1 then S.t", "if true then S.t"),
        A_BLOCK_THAT_NOBODY_HEARD_OF_IS_LOST("giveBack(g.token, g.token - 1)", ""),
        TOKENS_AHEAD_OF_THE_CLOCK_ARE_FORGOTTEN("idle and S.t >= nowUs and S.t or 0", "0"),
        TOKENS_AHEAD_ARE_FORGOTTEN_EARLY("math.floor((kept - nowUs) / 1000) + 1", "1"),
        A_QUICK_RELEASE_FORGETS_A_TOKEN_AHEAD(
                "if since == '0' and last == tonumber(token) then", "if last == tonumber(token) then"),
        A_QUICK_RELEASE_FORGETS_USED_TOKENS(
                "then last = math.min(last, token + (used == '' and 0 or used)) end",
                "then last = math.min(last, token) end"),
        A_QUICK_RELEASE_FORGETS_RESERVED_TOKENS(
                "if permits == capacity and last == token + block then", "if permits == capacity then"),
        A_TOKEN_AHEAD_BY_LESS_THAN_A_MS("(token - nowUs + 999)", "(token - nowUs)"),
        A_TAKEN_UP_LEASE_HAS_ONE_BLOCK("local ISSUED = 16384", "local ISSUED = 64"),
        RESERVED_TOKENS_REPEAT("S.t = token + count - 1", "S.t = token"),
        A_RESERVE_SHORTENS(
                "later(h.expiry, lease == 0 and 0 or now() + lease))\nreturn {1, token",
                "lease == 0 and 0 or now() + lease)\nreturn {1, token"),
        CURIOUS_ALTHOUGH_OTHERS_WAIT("if S.qn == 0 then wants(", "if true then wants("),
        THE_CURIOUS_ARE_NOT_TOLD("'c\\t' .. string.match", "'x\\t' .. string.match"),
        THE_CURIOUS_ARE_TOLD_TWICE("S.told, S.c = S.c, nil\n    drop('c')", "S.told, S.c = S.c, nil"),
        THE_CURIOUS_STAY_WITHOUT_A_HOLDER("S.e, S.c = 0, nil\n  drop('c')", "S.e, S.c = 0, nil"),
        A_WRITER_BESIDE_A_READER("if S.u == h.permits and quiet == 0 then", "if quiet == 0 then"),
        UPGRADED_IN_THE_QUIET_PERIOD("if S.u == h.permits and quiet == 0 then", "if S.u == h.permits then"),
        UPGRADED_WITHOUT_A_NEW_TOKEN(
                "local token = issue(block(), floor)\n  local expiry = later",
                "local token = h.token\n  local expiry = later"),
        AN_UPGRADE_SHORTENS("later(h.expiry, expiresAfter == 0 and 0", "(expiresAfter == 0 and 0"),
        TWO_WAIT_FOR_EACH_OTHER("local conflict = w and w.id ~= id", "local conflict = false"),
        AN_UPGRADE_WAITS_BEHIND_OTHERS("enqueue(UPGRADE, id, record)", "enqueue(S.qt + 1, id, record)"),
        AN_UPGRADE_WAITS_AFTER_ITS_HOLD("if w and w.id == id then dequeue(UPGRADE, id) end", ""),
        AN_UPGRADE_WAITS_AFTER_ITS_TIME("if w and 'h:' .. w.id == all[i] then dequeue(UPGRADE, w.id) end", ""),
        AN_UPGRADE_ENDS_TWICE(
                "if S.change['w:' .. id] == nil then dequeue(tonumber(f[3]), id) end", "dequeue(tonumber(f[3]), id)"),
        AN_UPGRADE_IS_TOLD_TO_THE_FIRST_OWNER("client = ownerOf(w.id, h)", "client = clientOf(w.id)"),
        AN_UPGRADE_THAT_NOBODY_HEARD_STAYS("put('h:' .. g.w.id, g.reader)", ""),
        AN_UPGRADE_THAT_NOBODY_HEARD_ENDS_THE_HOLD("if g.reader then", "if false then"),
        A_PLACE_IN_FRONT_IS_KEPT("if ticket == UPGRADE then S.up = false end", ""),
        A_DOWNGRADE_WAKES_NOBODY(
                "if S.qn > 0 then settle('', quietLeft(KEYS[2], tonumber(ARGV[5]",
                "if false then settle('', quietLeft(KEYS[2], tonumber(ARGV[5]"),
        A_DOWNGRADE_KEEPS_THE_TOKEN("h.permits, h.token = 1, issue(block(), floor)", "h.permits = 1"),
        A_DOWNGRADE_KEEPS_THE_PERMITS("h.permits, h.token = 1, issue", "h.permits, h.token = h.permits, issue"),
        A_GIVEN_UP_UPGRADE_GOES_ON_WAITING("if f[3] then dequeue(tonumber(f[3]), id) end", ""),
        AN_UPGRADE_OF_AN_ATTEMPT_THAT_IS_OVER("if attempt < first then return {3", "if false then return {3"),
        A_LATER_UPGRADE_LEAVES_THE_EARLIER("if attempt > first then put('a:' .. id, int(attempt)) end", ""),
        GIVEN_UP_AND_NOT_REMEMBERED("put('a:' .. id, int(attempt + 1))", ""),
        A_LATER_UPGRADE_IS_GIVEN_UP("if attempt < first then return {1, h.token, S.qn} end", ""),
        A_DOWNGRADE_LEAVES_ITS_UPGRADE("if first > 0 then put('a:' .. id, int(first + 1)) end", ""),
        A_LATE_DOWNGRADE_OF_A_LATER_WRITER("if h.token > floor then return {0} end", ""),
        ATTEMPTS_STAY_WITHOUT_A_HOLDER("if S.v and string.find(S.v, ':rw:', 1, true) then drop('a:' .. id) end", ""),
        A_SPLIT_COUNTS_TOO_MUCH("S.u, S.t, S.g = S.u + h.permits, math", "S.u, S.t, S.g = S.u + 2 * h.permits, math"),
        A_SPLIT_COUNTS_AGAIN("if f[3] then return alive(f[3]) and 1 or 0 end", ""),
        A_WRITER_IS_SPLIT("or S.u + h.permits > S.n or isAhead", "or isAhead"),
        A_SPLIT_BRINGS_BACK_WHAT_WAS_ENDED("if S.z > 0 and buried(get('x:' .. other)) then return 0 end", ""),
        WHAT_WAS_WITHDRAWN_IS_GRANTED("if S.z > 0 and buried(get('x:' .. id)) then return {5} end", ""),
        TOMBSTONES_ARE_NEVER_CLEARED("if S.z > 0 then clearTombstones() end", ""),
        ONE_TOMBSTONE_A_CALL("local STONES = 16", "local STONES = 1"),
        A_TOMBSTONE_THAT_COUNTS_IS_CLEARED("if buried(stone) then break end", ""),
        THE_NUMBER_OF_A_TOMBSTONE_STAYS("drop('y:' .. int(oldest))", ""),
        THE_NUMBERS_OF_TOMBSTONES_STAY("S.z = 0\n    drop('y')", "S.z = 0"),
        THE_END_OF_THE_LAST_TOMBSTONE_STAYS("S.z = 0\n    drop('y')", "drop('y')"),
        A_CLEARED_TOMBSTONE_IS_COUNTED(
                "elseif oldest > from then\n    put('y', int(oldest) .. ' ' .. int(next))", "elseif false then"),
        A_SHORT_TOMBSTONE_HIDES_A_LONG_ONE("S.z = math.max(S.z, now() + millis)", "S.z = now() + millis"),
        THE_PLACE_BEHIND_THE_WAIT_IN_FRONT("mine - S.qh + 1 + (S.up and 1 or 0)", "mine - S.qh + 1"),
        THE_WAIT_IN_FRONT_IS_PASSED_OVER(
                "local ticket, record, gap = S.up and UPGRADE or S.qh, nil, true\n  local left",
                "local ticket, record, gap = S.qh, nil, true\n  local left"),
        WHO_IS_PASSED_OVER_LOSES_ITS_PLACE(
                "gap = gap and ticket == UPGRADE\n      passOver", "gap = gap\n      passOver"),
        WHO_WANTS_MORE_THAN_THERE_IS_BLOCKS(
                "isSilent(w, silence) or w.permits > S.n then", "isSilent(w, silence) then"),
        WHO_WANTS_MORE_THAN_THERE_IS_WAITS_ON(
                "if w.permits > S.n then\n    dequeue(mine", "if false then\n    dequeue(mine"),
        WHO_WANTS_MORE_THAN_THERE_IS_LEAVES_AND_TELLS_NOBODY(
                "dequeue(mine, id)\n    settle('', quiet > 0)\n", "dequeue(mine, id)\n    flush(0)\n"),
        WHAT_AN_EARLIER_CALL_LEFT_STAYS(
                "if S.qn > 0 and S.u < S.n then settle('', quietLeft(", "if false then settle('', quietLeft("),
        A_RESIZE_GRANTS_NOTHING(
                "S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))\nsettle('',",
                "S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))\nflush(0,"),
        A_RESIZE_OF_ANOTHER_KIND(
                "if not S.v or string.match(S.v, '^(.*:)%d+$') ~= string.match(shape, '^(.*:)%d+$') then return 0 end",
                "if not S.v then return 0 end"),
        A_RESIZE_OF_WHAT_IS_OVER("  return 0\nend\nS.v, S.n = shape", "end\nS.v, S.n = shape"),
        COLLECTED_IN_THE_QUIET_PERIOD(
                "if not S.more and not quiet then page = redis", "if not S.more then page = redis"),
        FORCED_ALTHOUGH_IT_WAS_OVER(
                "if h.expiry > 0 and h.expiry <= now() then\n        S.over = true",
                "if false then\n        S.over = true"),
        STALE_ALTHOUGH_NOT_OVER("if not h or h.expiry > now() then return 0 end", "if not h then return 0 end"),
        STALE_LEASES_GO_IN_THE_QUIET_PERIOD(
                "elseif quiet then\n    return now() - aliveAt(h) >= grace and 2 or 0", "elseif false then"),
        A_STALE_LEASE_WAS_NOT_OVER("  if h.expiry > 0 then\n    S.over = true", "  if h.expiry > 0 then"),
        NOBODY_SEES_A_STALE_WAITER("    put('q:' .. ticket, askedAt(w, now()))\n    return 2", "    return 2"),
        A_WAITER_IS_STALE_TOO_SOON("if not isSilent(w, grace) then return 0 end", ""),
        STALE_WAITERS_GO_IN_THE_QUIET_PERIOD(
                "if quiet or isYoung() then return 2 end", "if isYoung() then return 2 end"),
        STALE_WAITERS_GO_SOON_AFTER_A_START("if quiet or isYoung() then return 2 end", "if quiet then return 2 end"),
        STALE_WAITERS_ARE_NOT_TOLD("for _, w in ipairs(told) do tell(w.client, w.id) end", ""),
        ONE_IS_FORCED_WHATEVER_ITS_TOKEN("h.token ~= tonumber(token) or ", ""),
        ONE_IS_FORCED_ALTHOUGH_IT_WAS_OVER(
                "tonumber(token) or h.expiry > 0 and h.expiry <= now() then return", "tonumber(token) then return"),
        FORCE_IS_NOT_REMEMBERED("bury(id, tombstone, 'f' .. reason)", ""),
        FORCE_FORGETS_THAT_A_LEASE_WAS_OVER("        S.over = true\n      else", "      else");

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
