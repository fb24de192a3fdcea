package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link MutantTest}, of work that takes more than one call. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LongWorkMutantTest {
    private final LuaServer server = new LuaServer();

    @BeforeAll
    void page() {
        server.pageHashes();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    static Set<Mutant> tried() {
        return MutantTests.tried(
                Mutant.class, EnumSet.of(Mutant.NOBODY_IS_TOLD_TO_GO_ON, Mutant.THE_KEY_DIES_THOUGH_IT_IS_RENEWED));
    }

    @ParameterizedTest
    @MethodSource("tried")
    void each_known_mutant_is_found(Mutant mutant) {
        assertThat(server.mutate(mutant.right, mutant.wrong))
                .as("the scripts hold: " + mutant.right)
                .isTrue();
        assertThat(mutant.work.check(server)).as("what shows it").isPresent();
    }

    enum Mutant {
        ONE_VISIT_MORE(LongWork.WAITERS_WHOSE_CLIENT_IS_GONE, "local VISITS = 104", "local VISITS = 105"),
        VISITS_WITHOUT_BOUND(LongWork.WAITERS_WHOSE_CLIENT_IS_GONE, "S.visits = S.visits - 1", ""),
        ONE_GRANT_MORE(LongWork.READERS_BEHIND_A_WRITER, "local GRANTS = 16", "local GRANTS = 17"),
        GRANTS_WITHOUT_BOUND(
                LongWork.READERS_BEHIND_A_WRITER, "if S.visits == 0 or S.grants == 0 then", "if S.visits == 0 then"),
        NOBODY_IS_TOLD_TO_GO_ON(
                LongWork.READERS_BEHIND_A_WRITER,
                "if S.more and first and (caller == '' or token) then",
                "if false then"),
        ANOTHER_IS_TOLD_TO_GO_ON_TOO(
                LongWork.READERS_BEHIND_A_WRITER,
                "if S.more and first and (caller == '' or token) then",
                "if S.more and first then"),
        WHO_IS_GRANTED_GOES_ON_NO_MORE(
                LongWork.READERS_BEHIND_A_WRITER,
                "if S.more and first and (caller == '' or token) then",
                "if S.more and first and caller == '' then"),
        WHO_IS_NOT_GRANTED_GOES_ON_LATER(
                LongWork.READERS_BEHIND_A_WRITER, "elseif S.more then\n  after = 1", "elseif S.more then\n  after = 2"),
        A_NEWCOMER_OVERTAKES_THOSE_WHO_ARE_LEFT(
                LongWork.READERS_BEHIND_A_WRITER,
                "S.more = true\n      return grants, true, {ticket",
                "S.more = true\n      return grants, false, {ticket"),
        A_REPEATED_ACQUIRE_DOES_NOT_GO_ON(
                LongWork.READERS_BEHIND_A_WRITER,
                "if S.qn > 0 and S.u < S.n then settle('', quietLeft(",
                "if false then settle('', quietLeft("),
        WHO_IS_BEHIND_MANY_IS_NOT_SEEN(LongWork.WAITERS_THAT_ARE_SILENT, "ticket + ENDS) do", "ticket + ENDS - 1) do"),
        ONLY_THE_FIRST_IS_SEEN(LongWork.WAITERS_THAT_ARE_SILENT, "ticket + ENDS) do", "ticket) do"),
        THE_FIRST_OF_A_FULL_QUEUE_AND_ONE_MORE(LongWork.A_FULL_QUEUE, "for _ = 1, ENDS do", "for _ = 0, ENDS do"),
        THE_LAST_OF_A_FULL_QUEUE_BUT_ONE(
                LongWork.A_FULL_QUEUE, "math.max(ticket, S.qt - ENDS + 1)", "math.max(ticket, S.qt - ENDS + 2)"),
        ALL_OF_A_FULL_QUEUE(LongWork.A_FULL_QUEUE, "math.max(ticket, S.qt - ENDS + 1)", "ticket"),
        WHO_HAS_JUST_LEFT_IS_FOUND(
                LongWork.HOLES_OF_THE_QUIET_PERIOD,
                "if record == nil then record = records[i] end",
                "record = records[i]"),
        HOLES_OF_A_CHUNK_ARE_PASSED_OVER(
                LongWork.WAITERS_THAT_LEFT,
                "for first = ticket + 8, S.qt, 64 do",
                "for first = ticket + 8, S.qt, 65 do"),
        HOLES_WITHOUT_BOUND(LongWork.HOLES, "S.holes = S.holes - #names", ""),
        THE_QUEUE_SEEMS_TO_END_IN_A_HOLE(
                LongWork.HOLES, "if S.holes <= 0 then\n      S.more = true\n", "if S.holes <= 0 then\n"),
        A_HOLE_IS_LOOKED_THROUGH_AGAIN(
                LongWork.HOLES, "S.more = true\n      return first\n", "S.more = true\n      return ticket\n"),
        A_WRITER_FAR_BEHIND_HOLDS_READERS_UP(
                LongWork.READERS_OF_A_NODE, "for _ = 1, math.min(S.qn, VISITS) do", "for _ = 1, S.qn do"),
        ALL_WHO_ARE_GONE_LEAVE_A_NODE(
                LongWork.READERS_OF_A_NODE_THAT_ARE_GONE, "for _ = 1, VISITS do", "for _ = 1, 1000 do"),
        ONE_TOMBSTONE_A_CALL(LongWork.TOMBSTONES, "local STONES = 16", "local STONES = 1"),
        TOMBSTONES_WITHOUT_BOUND(LongWork.TOMBSTONES, "oldest < next and oldest - from < STONES", "oldest < next"),
        A_TOMBSTONE_THAT_LASTS_IS_CLEARED(LongWork.TOMBSTONES, "if buried(stone) then break end", ""),
        A_TOMBSTONE_BEHIND_ONE_THAT_LASTS_IS_FORGOTTEN(
                LongWork.TOMBSTONES, "S.z = math.max(S.z, now() + millis)", "S.z = now() + millis"),
        THE_KEY_DIES_THOUGH_IT_IS_RENEWED(LongWork.RENEWED_FOR_A_DAY, "(renewals % EVERY == 0 or", "(false or"),
        THE_KEY_IS_KEPT_TOO_SELDOM(LongWork.RENEWED_FOR_A_DAY, "local EVERY, SHORT = 64,", "local EVERY, SHORT = 80,"),
        THE_KEY_DIES_THOUGH_IT_IS_HANDED_ON(
                LongWork.HANDED_ON_FOR_A_DAY, "if hint % 64 == 0 then redis", "if false then redis"),
        THE_KEY_DIES_THOUGH_IT_IS_HANDED_ON_WITHOUT_A_HINT(
                LongWork.HANDED_ON_FOR_A_DAY_WITHOUT_A_HINT, "if g.mine or g.ticket % 64 == 0 then", "if g.mine then"),
        FORCE_DOES_NOT_KNOW_WHO_CAME_BEFORE(
                LongWork.HOLDERS_THAT_ARE_FORCED,
                "if last == 0 then last = S.t else",
                "if last == 0 then last = 0 else"),
        FORCE_HANDS_NOTHING_ON(
                LongWork.HOLDERS_THAT_ARE_FORCED, "if next == '' then\n  settle", "if false then\n  settle"),
        FORCE_ENDS_WITH_THE_FIRST_PAGE(
                LongWork.HOLDERS_THAT_ARE_FORCED, "return {#ended, next, int(last)", "return {#ended, '', int(last)"),
        INSPECTED_IN_PART(LongWork.HOLDERS_THAT_ARE_FORCED, "table.insert(all, 1, next)", "table.insert(all, 1, '')"),
        WHO_COMES_MEANWHILE_IS_FORCED(
                LongWork.HOLDERS_THAT_COME_WHILE_OTHERS_ARE_FORCED, "if h.token <= last and S.change", "if S.change"),
        ALL_ARE_FORCED_BY_ONE_CALL(
                LongWork.HOLDERS_THAT_COME_WHILE_OTHERS_ARE_FORCED, "local FEW = 16", "local FEW = 100000"),
        COLLECTED_IN_PART(LongWork.HOLDERS_THAT_ARE_COLLECTED, "(more or page[1] ~= '0') and page[1] or ''}", "''}"),
        THE_SEARCH_BEGINS_AGAIN_AND_AGAIN(
                LongWork.HOLDERS_THAT_ARE_OVER,
                "local cursor, earliest = search()\n  local page",
                "local cursor, earliest = '0', 0\n  local page"),
        WHO_COMES_WHILE_OTHERS_ARE_LOOKED_FOR_IS_NOT_SEEN(
                LongWork.HOLDERS_THAT_ARE_OVER,
                "if cursor ~= '0' and (earliest == 0 or expiry < earliest) then searched(cursor, expiry) end",
                ""),
        WHO_ENDS_SOONER_WHILE_OTHERS_ARE_LOOKED_FOR_IS_NOT_SEEN(
                LongWork.HOLDERS_THAT_ARE_OVER,
                " and (not shape or shortens == '0' or tonumber(e) > now()) then",
                " then"),
        THE_SEARCH_FORGETS_WHAT_IT_SAW(
                LongWork.HOLDERS_THAT_ARE_OVER, "return cursor, tonumber(earliest)", "return cursor, 0"),
        THE_SEARCH_ENDS_WITH_THE_FIRST_PAGE(
                LongWork.HOLDERS_THAT_ARE_OVER, "if S.u > 0 and page[1] ~= '0' then", "if false then"),
        DISPLACED_IN_PART_AND_TAKEN_UP(
                LongWork.HOLDERS_THAT_ARE_DISPLACED, "return enough, true\n", "return true, true\n"),
        WHO_IS_NOT_TAKEN_UP_AT_ONCE_IS_LOST(
                LongWork.HOLDERS_THAT_ARE_DISPLACED, "if not later then return 0 end", "if true then return 0 end"),
        DISPLACED_IN_PART_AND_NOT_WRITTEN(
                LongWork.HOLDERS_THAT_ARE_DISPLACED, "flush(0)\n    return {'MORTISE_LATER", "return {'MORTISE_LATER"),
        NOT_DISPLACED_AS_NOT_ALL_ARE_SEEN(
                LongWork.HOLDERS_THAT_ARE_DISPLACED,
                "if not enough and holders.whole then return false, false end",
                "if not enough then return false, false end");

        private final LongWork work;
        private final String right;
        private final String wrong;

        Mutant(LongWork work, String right, String wrong) {
            this.work = work;
            this.right = right;
            this.wrong = wrong;
        }
    }
}
