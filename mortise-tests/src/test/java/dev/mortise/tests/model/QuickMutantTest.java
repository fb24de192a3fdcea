package dev.mortise.tests.model;

import java.util.EnumSet;

/** As {@link MutantTest}, of the straight-line ways of acquire, release and renew, and of several locks in one step. */
class QuickMutantTest extends MutantTests<QuickMutantTest.Mutant> {
    QuickMutantTest() {
        super(
                Mutant.class,
                EnumSet.of(
                        Mutant.A_FREE_LOCK_IS_GRANTED_IN_THE_QUIET_PERIOD,
                        Mutant.A_LEASE_THAT_IS_OVER_IS_CONFIRMED,
                        Mutant.A_POLL_LEAVES_THE_SILENT_AT_THE_HEAD,
                        Mutant.WHO_FITS_OVERTAKES,
                        Mutant.HANDED_ON_ALTHOUGH_NOBODY_HEARD,
                        Mutant.A_QUICK_RENEWAL_SHORTENS),
                SeldomPlans.all(),
                Sequence::random);
    }

    enum Mutant implements Wrong {
        THE_FLOOR_IS_IGNORED("if actual ~= shape or ARGV[4] - t > 0 then", "if actual ~= shape then"),
        ANOTHER_KIND_IS_NO_MATTER(
                "if actual ~= shape or ARGV[4] - t > 0 then",
                "if actual and actual ~= shape then shape = actual end\n  if not actual or ARGV[4] - t > 0 then"),
        THE_WAIT_IN_FRONT_IS_OVERLOOKED(
                "'^(%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) 0$'",
                "'^(%S+) (%d+) (%d+) (%d+) (%d+) %^?(%d+) (%d+) (%d+) 0$'"),
        A_FREE_LOCK_LOSES_THE_TICKET(
                "lease ~= '0' and ticket == '0'\n    and (permits", "lease ~= '0'\n    and (permits"),
        A_FREE_LOCK_LOSES_THE_TICKET_BESIDE_A_MARKER(
                "if lease ~= '0' and ticket == '0' and tonumber(permits) <=",
                "if lease ~= '0' and tonumber(permits) <="),
        A_FREE_LOCK_IS_GRANTED_IN_THE_QUIET_PERIOD(
                "if ARGV[4] - nowUs < 0 and not isQuiet() then", "if ARGV[4] - nowUs < 0 then"),
        A_FREE_LOCK_IS_GRANTED_BELOW_THE_FLOOR("if ARGV[4] - nowUs < 0 then", "if true then"),
        A_FREE_LOCK_IS_GRANTED_BELOW_THE_FLOOR_BESIDE_A_MARKER(
                "if ARGV[4] - nowUs < 0 and not isQuiet() then", "if not isQuiet() then"),
        A_FREE_LOCK_IS_USED_BY_ONE_PERMIT("shape .. '\\t' .. permits .. '\\t' .. lease", "shape .. '\\t1\\t' .. lease"),
        A_HOLDER_ALONE_IS_TAKEN_FOR_ALL_PERMITS(
                "S.v, S.n, S.u = true, all[at], record, shape, tonumber(n), h.permits",
                "S.v, S.n, S.u = true, all[at], record, shape, tonumber(n), tonumber(n)"),
        A_HOLDER_ALONE_LOSES_ITS_TOKENS(
                "S.t, S.e, S.g = h.token + (string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1), h.expiry, 1",
                "S.t, S.e, S.g = h.token, h.expiry, 1"),
        A_HOLDER_ALONE_HAS_NO_END(
                "S.t, S.e, S.g = h.token + (string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1), h.expiry, 1",
                "S.t, S.e, S.g = h.token + (string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1), 0, 1"),
        A_HOLDER_ALONE_STAYS_WITHOUT_A_HEADER(
                "if S.only and S.change[S.only] == nil then put(S.only, S.record) end", ""),
        A_HOLDER_ALONE_STAYS_SO_WHEN_OTHERS_COME("if only then redis.call('HSET', KEYS[1], only, record) end", ""),
        A_HOLDER_ALONE_LOSES_ITS_TOKENS_WHEN_OTHERS_COME(
                "only, record, t = all[at], u .. record, int(token + (string.find(actual, ':s:', 1, true) and 0 or BLOCK - 1))",
                "only, record, t = all[at], u .. record, token"),
        A_READER_ALONE_FORGETS_TOKENS_OF_OTHERS(
                "if not token or token + (reader and BLOCK - 1 or used", "if not token or token + (used"),
        USED_TOKENS_ARE_FORGOTTEN(
                "(reader and BLOCK - 1 or used == '' and 0 or used) < nowUs", "(reader and BLOCK - 1 or 0) < nowUs"),
        AN_OWNER_STAYS_WITHOUT_A_HOLD("drop('h:' .. id)\n  drop('o:' .. id)\n  if S.v", "drop('h:' .. id)\n  if S.v"),
        AN_ADOPTED_LEASE_KEEPS_ITS_OWNER("put('o:' .. id, ARGV[5])", ""),
        A_FREE_LOCK_ENDS_WHAT_HAS_NO_END("not KEYS[2] and lease ~= '0' and ticket", "not KEYS[2] and ticket"),
        THE_KEY_OF_A_FREE_LOCK_LIVES_FOR_EVER(
                "redis.call('PEXPIRE', KEYS[1], lease + DAY)\n    return nowUs", "return nowUs"),
        A_CONFIRMATION_ENDS_AT_ONCE("if p and lease ~= '0' and (qn", "if p and (qn"),
        A_CONFIRMATION_LEAVES_WHAT_IS_TO_BE_HANDED_ON(
                "(qn == '0' or tonumber(u) >= tonumber(string.match(shape, '%d+$'))) then", "true then"),
        A_CONFIRMATION_SHORTENS("local ends = math.max(expiry, ms + lease)", "local ends = ms + lease"),
        A_LEASE_THAT_IS_OVER_IS_CONFIRMED("if tonumber(expiry) > ms then", "if tonumber(expiry) >= ms then"),
        A_CONFIRMATION_FORGETS_THAT_OTHERS_END_EARLIER(
                "if u == p or e == '0' or ends < tonumber(e) then e = int(ends) end", "e = int(ends)"),
        A_CONFIRMATION_IS_NOT_COUNTED("int(renewals + 1) .. tail)", "int(renewals) .. tail)"),
        A_CONFIRMATION_KEEPS_THE_LEASE_OF_BEFORE(
                "p .. '\\t' .. lease .. '\\t' .. int(ends) .. '\\t' .. token",
                "p .. '\\t' .. 5000 .. '\\t' .. int(ends) .. '\\t' .. token"),
        THE_KEY_DIES_BEFORE_A_CONFIRMED_LEASE(
                "redis.call('PEXPIRE', KEYS[1], lease + DAY, 'GT')\n        return {1, tonumber(token)",
                "return {1, tonumber(token)"),
        A_CONFIRMATION_DOES_NOT_SAY_WHO_WAITS(
                "return {1, tonumber(token), tonumber(qn)}", "return {1, tonumber(token), 0}"),
        WHOEVER_STOPS_WAITING_IS_KEPT("if wait == '1' and u == string.match(", "if u == string.match("),
        A_POLL_TAKES_NOTHING_THAT_IS_FREE(
                "if wait == '1' and u == string.match(shape, '%d+$') and", "if wait == '1' and"),
        A_POLL_OVERLOOKS_A_LEASE_THAT_IS_OVER(
                "u == string.match(shape, '%d+$') and (e == '0' or tonumber(e) > now())",
                "u == string.match(shape, '%d+$')"),
        A_POLL_SEES_AN_END_A_MOMENT_LATE(
                "u == string.match(shape, '%d+$') and (e == '0' or tonumber(e) > now())",
                "u == string.match(shape, '%d+$') and (e == '0' or tonumber(e) >= now())"),
        A_POLL_OVERLOOKS_THE_QUIET_PERIOD(
                "u == string.match(shape, '%d+$') and (e == '0' or tonumber(e) > now()) and not isQuiet()",
                "u == string.match(shape, '%d+$') and (e == '0' or tonumber(e) > now())"),
        A_POLL_LEAVES_THE_SILENT_AT_THE_HEAD("if qh ~= f[3] then", "if false then"),
        A_POLL_LEAVES_THE_SILENT_FOR_A_MOMENT("if asked + SILENT > ms and head", "if asked + SILENT >= ms and head"),
        A_POLL_DOES_NOT_LOOK_FOR_THE_HEAD("and tonumber(last) or 0", "and tonumber(last) or not record and ms or 0"),
        A_POLL_LEAVES_AT_THE_HEAD_WHO_WANTS_MORE_THAN_THERE_IS(
                "needed and tonumber(needed) <= tonumber(u) and tonumber(last)", "needed and tonumber(last)"),
        A_POLL_WAITS_FOR_MORE_THAN_THERE_IS("and head and tonumber(needs) <= tonumber(u) then", "and head then"),
        A_POLL_DOES_NOT_SAY_SINCE_WHEN_IT_WAITS("(since == '0' and at or since)", "since"),
        A_POLL_BEGINS_TO_WAIT_ANEW("(since == '0' and at or since)", "at"),
        A_POLL_IS_NOT_SEEN(
                "(since == '0' and at or since) .. '\\t' .. at .. tail",
                "(since == '0' and at or since) .. '\\t' .. since .. tail"),
        A_POLL_GETS_A_MARK_THAT_SOMEBODY_GETS("local mark = math.max(t + 1, nowUs)", "local mark = math.max(t, nowUs)"),
        A_POLL_GETS_A_MARK_WITHOUT_CLOCK("local mark = math.max(t + 1, nowUs)", "local mark = t + 1"),
        A_POLL_DOES_NOT_WRITE_ITS_MARK(
                "u .. ' ' .. int(mark) .. ' ' .. e .. ' ' .. g ..", "u .. ' ' .. t .. ' ' .. e .. ' ' .. g .."),
        A_PLACE_BEHIND_THE_LAST("math.max(1, math.min(f[3] - qh + 1, tonumber(qn)))", "math.max(1, f[3] - qh + 1)"),
        A_PLACE_TOO_NEAR(
                "math.max(1, math.min(f[3] - qh + 1, tonumber(qn)))", "math.max(1, math.min(f[3] - qh, tonumber(qn)))"),
        ALL_WATCH_AT_ONCE("e - ms + 1 + STEP * (place - 1)", "e - ms + 1 + 24 * (place - 1)"),
        THE_FIRST_DOES_NOT_WATCH_A_LONG_LEASE(
                "(place == 1 or look <= SOON) and look or 0", "look <= 4000 and look or 0"),
        THE_LAST_WATCHES_A_LONG_LEASE("(place == 1 or look <= SOON) and look or 0", "look"),
        A_POLL_DOES_NOT_SAY_THAT_NOTHING_ENDS(
                "(place == 1 or look <= SOON) and look or 0, e == '0' and 1 or 0, mark}",
                "(place == 1 or look <= SOON) and look or 0, 0, mark}"),
        ROOM_FOR_ONE_LESS("elseif tonumber(u) + permits <= tonumber(", "elseif tonumber(u) + permits < tonumber("),
        ROOM_FOR_ONE_MORE("elseif tonumber(u) + permits <= tonumber(", "elseif tonumber(u) + permits - 1 <= tonumber("),
        WHO_FITS_OVERTAKES("if qn == '0' and u ~= '0' and ticket == '0' and", "if u ~= '0' and ticket == '0' and"),
        WHO_FITS_LOSES_THE_TICKET("if qn == '0' and u ~= '0' and ticket == '0' and", "if qn == '0' and u ~= '0' and"),
        WHO_FITS_ENDS_AT_ONCE("and ticket == '0' and lease ~= '0' and (e ==", "and ticket == '0' and (e =="),
        WHO_FITS_OVERLOOKS_A_LEASE_THAT_IS_OVER(
                "lease ~= '0' and (e == '0' or tonumber(e) > now()) and not", "lease ~= '0' and not"),
        WHO_FITS_SEES_AN_END_A_MOMENT_LATE(
                "lease ~= '0' and (e == '0' or tonumber(e) > now()) and not",
                "lease ~= '0' and (e == '0' or tonumber(e) >= now()) and not"),
        WHO_FITS_IS_GRANTED_IN_THE_QUIET_PERIOD(
                "lease ~= '0' and (e == '0' or tonumber(e) > now()) and not isQuiet() then",
                "lease ~= '0' and (e == '0' or tonumber(e) > now()) then"),
        WHO_FITS_GETS_A_TOKEN_AGAIN(
                "local token = math.max(t + 1, nowUs)\n      local ends",
                "local token = math.max(t + 0, nowUs)\n      local ends"),
        WHO_FITS_GETS_A_TOKEN_WITHOUT_CLOCK(
                "local token = math.max(t + 1, nowUs)\n      local ends",
                "now()\n      local token = t + 1\n      local ends"),
        WHO_FITS_IS_THE_ONLY_ONE_THAT_ENDS(
                "if e == '0' or ms + lease < tonumber(e) then e = ends end", "if e == '0' then e = ends end"),
        WHO_FITS_DOES_NOT_END_AMONG_THE_ENDLESS(
                "if e == '0' or ms + lease < tonumber(e) then e = ends end",
                "if ms + lease < tonumber(e) then e = ends end"),
        WHO_FITS_RESERVES_NO_BLOCK("and token or token + BLOCK - 1) .. ' ' .. e", "and token or token) .. ' ' .. e"),
        WHO_FITS_IS_NOT_COUNTED(
                "int(g + 1) .. ' ' .. qh .. ' ' .. qt .. ' 0 0', 'h:'", "g .. ' ' .. qh .. ' ' .. qt .. ' 0 0', 'h:'"),
        WHO_FITS_GIVES_TICKETS_OUT_AGAIN(" .. ' ' .. qh .. ' ' .. qt .. ' 0 0', 'h:'", " .. ' 1 0 0 0', 'h:'"),
        THE_KEY_DIES_BEFORE_WHO_FITS(
                "redis.call('PEXPIRE', KEYS[1], lease + DAY, 'GT')\n      return {1, token, 0}",
                "return {1, token, 0}"),
        WHO_DOES_NOT_WAIT_QUEUES(
                "elseif wait == '1' and ticket == '0' and tonumber(qn)", "elseif ticket == '0' and tonumber(qn)"),
        WHO_QUEUES_LOSES_THE_TICKET(
                "elseif wait == '1' and ticket == '0' and tonumber(qn)", "elseif wait == '1' and tonumber(qn)"),
        A_QUEUE_OF_ONE_MORE(
                "tonumber(qn) < tonumber(most) and not f[4]", "tonumber(qn) <= tonumber(most) and not f[4]"),
        THE_CURIOUS_ARE_NOT_TOLD("tonumber(qn) < tonumber(most) and not f[4]", "tonumber(qn) < tonumber(most)"),
        THE_FIRST_WHO_WAITS_OVERLOOKS_A_LEASE_THAT_IS_OVER(
                "usual = (e == '0' or tonumber(e) > ms) and not isQuiet()", "usual = not isQuiet()"),
        THE_FIRST_WHO_WAITS_SEES_AN_END_A_MOMENT_LATE(
                "usual = (e == '0' or tonumber(e) > ms) and not isQuiet()",
                "usual = (e == '0' or tonumber(e) >= ms) and not isQuiet()"),
        THE_FIRST_WHO_WAITS_OVERLOOKS_THE_QUIET_PERIOD(
                "usual = (e == '0' or tonumber(e) > ms) and not isQuiet()", "usual = (e == '0' or tonumber(e) > ms)"),
        THE_FIRST_WHO_WAITS_HAS_A_MARK_WITHOUT_CLOCK("int(ms), math.max(mark, nowUs), e", "int(ms), mark, e"),
        THE_FIRST_WHO_WAITS_ASKS_A_MOMENT_EARLY(
                "math.max(mark, nowUs), e == '0' and 0 or e - ms + 1",
                "math.max(mark, nowUs), e == '0' and 0 or e - ms"),
        WHO_WAITS_BEHIND_OTHERS_LEAVES_WHAT_IS_FREE(
                "elseif u ~= string.match(shape, '%d+$') then\n      usual = false\n", ""),
        WHO_WAITS_BEHIND_OTHERS_HAS_A_MARK_THAT_SOMEBODY_GETS(
                "local since, mark, after = '0', t + 1, 0", "local since, mark, after = '0', t + 0, 0"),
        THE_QUEUE_BEGINS_AT_THE_LAST("(qn == '0' and qt or qh) .. ' ' .. qt", "qt .. ' ' .. qt"),
        A_TICKET_IS_GIVEN_OUT_TWICE("qt = int(qt + 1)", "qt = int(math.max(1, qt + 0))"),
        WHO_QUEUES_IS_NOT_COUNTED("int(g + 1) .. ' ' .. (qn ==", "g .. ' ' .. (qn =="),
        WHO_QUEUES_HEARS_OF_NO_END("return {2, tonumber(qt), place, after, e", "return {2, tonumber(qt), place, 0, e"),
        WHO_QUEUES_DOES_NOT_HEAR_THAT_NOTHING_ENDS(
                "place, after, e == '0' and 1 or 0, mark}", "place, after, 0, mark}"),
        A_READER_ALONE_GIVES_BACK_TOKENS(
                "if permits == capacity and last == token + block then", "if last == token + block then"),
        A_LOCK_FORGETS_THE_TOKENS_THAT_WERE_USED(
                "if since == '0' and last == tonumber(token) then", "if since == '0' then"),
        A_LOCK_FORGETS_TOKENS_AHEAD(
                "if last < nowUs then\n      redis.call('DEL'", "if true then\n      redis.call('DEL'"),
        A_LOCK_FORGETS_THE_TOKEN_OF_THIS_MOMENT(
                "if last < nowUs then\n      redis.call('DEL'", "if last <= nowUs then\n      redis.call('DEL'"),
        A_RELEASE_LEAVES_THE_CURIOUS_BEHIND("elseif format == '2' and lease ~= '0' and", "elseif lease ~= '0' and"),
        A_RELEASE_BESIDE_OTHERS_LEAVES_ITS_ABSENCE("elseif qn == '0' and lease ~= '0' and", "elseif qn == '0' and"),
        A_RELEASE_BESIDE_OTHERS_COUNTS_ONE("int(u - permits) .. ' '", "int(u - 1) .. ' '"),
        A_RELEASE_BESIDE_OTHERS_IS_NOT_COUNTED(
                "' ' .. int(g + 1) .. ' ' .. qh ..\n        ' ' .. qt .. ' 0 0')",
                "' ' .. g .. ' ' .. qh ..\n        ' ' .. qt .. ' 0 0')"),
        A_RELEASE_BESIDE_OTHERS_GIVES_TICKETS_OUT_AGAIN(
                "' ' .. int(g + 1) .. ' ' .. qh ..\n        ' ' .. qt .. ' 0 0')", "' ' .. int(g + 1) .. ' 1 0 0 0')"),
        A_RELEASE_BESIDE_OTHERS_LEAVES_ITS_ATTEMPT(
                "redis.call('HDEL', KEYS[1], 'h:' .. id, 'o:' .. id, 'a:' .. id)\n    return 1\n  elseif f[3]",
                "redis.call('HDEL', KEYS[1], 'h:' .. id, 'o:' .. id)\n    return 1\n  elseif f[3]"),
        HANDED_ON_TO_WHOEVER_THE_HINT_NAMES("elseif f[3] and hint == qh and permits", "elseif f[3] and permits"),
        HANDED_ON_ALTHOUGH_OTHERS_HOLD(
                "and permits == u and permits == capacity and lease", "and permits == capacity and lease"),
        HANDED_ON_BY_WHO_HAD_NOT_ALL(
                "and permits == u and permits == capacity and lease", "and permits == u and lease"),
        HANDED_ON_WITH_AN_ABSENCE(
                "permits == capacity and lease ~= '0' and format == '1'", "permits == capacity and format == '1'"),
        HANDED_ON_AT_ONCE_IN_THE_QUIET_PERIOD(
                "\n      and not (KEYS[2] and quietLeft(KEYS[2], tonumber(ARGV[3])) > 0) then", "then"),
        HANDED_ON_TO_ONE_OF_SEVERAL(
                "(needs == capacity or qn == '1' and tonumber(needs) <= tonumber(capacity))",
                "tonumber(needs) <= tonumber(capacity)"),
        HANDED_ON_TO_WHO_WANTS_MORE_THAN_THERE_IS(
                "(needs == capacity or qn == '1' and tonumber(needs) <= tonumber(capacity))",
                "(needs == capacity or qn == '1')"),
        HANDED_ON_TO_THE_SILENT("and (asked == '0' or asked + SILENT > ms)", ""),
        HANDED_ON_TO_THE_SILENT_OF_THIS_MOMENT("asked + SILENT > ms)\n", "asked + SILENT >= ms)\n"),
        HANDED_ON_AND_THE_TOKENS_THAT_WERE_USED_AGAIN(
                "if t == token + block then t = math.min(t, token + (used == '' and 0 or used)) end",
                "if t == token + block then t = math.min(t, token) end"),
        HANDED_ON_AND_TOKENS_OF_OTHERS_AGAIN(
                "if t == token + block then t = math.min(t, token + (used == '' and 0 or used)) end",
                "t = math.min(t, token + (used == '' and 0 or used))"),
        HANDED_ON_WITHOUT_WHAT_WAS_NOT_USED(
                "if t == token + block then t = math.min(t, token + (used == '' and 0 or used)) end", ""),
        HANDED_ON_WITH_A_TOKEN_AGAIN("local next = math.max(t + 1, nowUs)", "local next = math.max(t, nowUs)"),
        HANDED_ON_WITH_A_TOKEN_WITHOUT_CLOCK("local next = math.max(t + 1, nowUs)", "local next = t + 1"),
        A_CLAIM_LASTS_LONGER_THAN_ITS_LEASE(
                "(wants == '0' or wants - CLAIM > 0) and CLAIM or tonumber(wants)", "CLAIM"),
        A_CLAIM_WITHOUT_EXPIRY_IS_OVER_AT_ONCE(
                "(wants == '0' or wants - CLAIM > 0) and CLAIM or tonumber(wants)",
                "wants - CLAIM > 0 and CLAIM or tonumber(wants)"),
        HANDED_ON_AND_ONE_MORE_WAITS("local left = qn - 1\n", "local left = tonumber(qn)\n"),
        HANDED_ON_ALTHOUGH_NOBODY_HEARD(
                "if not reachedNobody(redis.pcall('PUBLISH', prefix",
                "if true or not reachedNobody(redis.pcall('PUBLISH', prefix"),
        HANDED_ON_WITHOUT_A_BLOCK("int(next + block) .. ' ' .. ends", "int(next) .. ' ' .. ends"),
        HANDED_ON_AND_NOT_COUNTED("int(g + 1) .. ' ' .. int(hint + 1)", "g .. ' ' .. int(hint + 1)"),
        HANDED_ON_PAST_THE_NEXT("int(hint + 1)", "int(hint + 2)"),
        HANDED_ON_AND_THE_ATTEMPT_STAYS("'q:' .. hint, 'w:' .. wid, 'a:' .. id)", "'q:' .. hint, 'w:' .. wid)"),
        A_QUICK_RENEWAL_SHORTENS("if shortens ~= '1' then ends = math.max(ends, expiry) end", ""),
        A_QUICK_RENEWAL_NEVER_SHORTENS(
                "if shortens ~= '1' then ends = math.max(ends, expiry) end", "ends = math.max(ends, expiry)"),
        A_LEASE_THAT_IS_OVER_IS_RENEWED(
                "if p and tonumber(expiry) > now() and (", "if p and tonumber(expiry) >= now() and ("),
        A_QUICK_RENEWAL_FORGETS_THAT_OTHERS_END_EARLIER(
                "if u == p or e == '0' or ends < tonumber(e) then e = int(ends) end", "e = int(ends)"),
        A_QUICK_RENEWAL_ENDS_EARLIER_THAN_THE_LOCK_KNOWS(
                "if u == p or e == '0' or ends < tonumber(e) then e = int(ends) end",
                "if u == p or e == '0' then e = int(ends) end"),
        A_QUICK_RENEWAL_IS_NOT_COUNTED("middle .. int(renewals + 1) .. tail", "middle .. renewals .. tail"),
        A_QUICK_RENEWAL_OVERTAKES_A_SLOW_ONE("and not (rest and rest[KEYS[count]]) and", "and"),
        A_QUICK_RENEWAL_OVERLOOKS_THE_QUIET_PERIOD("local f = id and not quiet and", "local f = id and"),
        A_QUICK_RENEWAL_WITHOUT_EXPIRY_ENDS("'^(%S+) ([1-9]%d*) ([01])'", "'^(%S+) (%d+) ([01])'"),
        A_QUICK_RENEWAL_DOES_NOT_SAY_THAT_OTHERS_WAIT(
                "codes[count] = (qn or '0') == '0' and '1' or '2'", "codes[count] = '1'"),
        THE_KEY_DIES_BEFORE_A_LONG_LEASE_THAT_IS_RENEWED(
                "(renewals % EVERY == 0 or tonumber(lease) > SHORT)", "renewals % EVERY == 0"),
        THE_QUIET_PERIOD_DISPLACES_HIGHER_TOKENS(
                "if used + permits <= S.n or holder.token >= token then break end",
                "if used + permits <= S.n then break end"),
        THE_QUIET_PERIOD_DISPLACES_MORE_THAN_IT_MUST(
                "if used + permits <= S.n or holder.token >= token then break end",
                "if holder.token >= token then break end"),
        DISPLACED_AND_STILL_NO_ROOM("if not enough and holders.whole then return false, false end", ""),
        TAKEN_UP_AND_NOT_KNOWN_TO_THE_NEXT("known[#known + 1] = {id = id, token = token}", ""),
        TAKEN_UP_BESIDE_ITSELF("if former then remove(id, parseHolder(former)) end", ""),
        TAKEN_UP_BESIDE_WHAT_IS_OVER("  expire()\n  local former", "  local former"),
        TAKEN_UP_AS_ANOTHER_KIND(
                "if S.v and S.v ~= shape or isAhead(token, S.t) then return 0 end",
                "if isAhead(token, S.t) then return 0 end"),
        ALL_ALTHOUGH_ONE_IS_USED("if used > 0 then\n  for", "if used == #KEYS then\n  for"),
        SOME_OF_ALL_ARE_ENOUGH("for i = 1, used == #KEYS and #KEYS or 0 do", "for i = 1, 0 do"),
        ALL_AGAIN_ALTHOUGH_ONE_IS_OVER(
                "if not expiry or expiry ~= '0' and tonumber(expiry) <= now() then return {} end",
                "if not expiry then return {} end"),
        ALL_BELIEVE_ANY_TOKEN("if isAhead(floor, 0) then return AHEAD end", ""),
        ALL_BELOW_THE_FLOOR("tokens[i] = math.max(nowUs, floor + 1)", "tokens[i] = nowUs"),
        ALL_WITHOUT_A_BLOCK("int(tokens[i] + BLOCK - 1)", "int(tokens[i])"),
        ALL_END_WHAT_HAS_NO_END(
                "local expiry = lease == '0' and '0' or int(ms + lease)\nfor", "local expiry = int(ms + lease)\nfor"),
        THE_KEYS_OF_ALL_DIE_EARLY(
                "redis.call('PEXPIRE', KEYS[i], lease == '0' and NO_EXPIRY_TTL or lease + DAY)",
                "redis.call('PEXPIRE', KEYS[i], lease + DAY)");

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
