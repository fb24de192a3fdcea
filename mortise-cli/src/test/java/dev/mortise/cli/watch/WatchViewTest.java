package dev.mortise.cli.watch;

import static dev.mortise.cli.watch.WatchSamples.START;
import static dev.mortise.cli.watch.WatchSamples.at;
import static dev.mortise.cli.watch.WatchSamples.board;
import static dev.mortise.cli.watch.WatchSamples.client;
import static dev.mortise.cli.watch.WatchSamples.crowded;
import static dev.mortise.cli.watch.WatchSamples.held;
import static dev.mortise.cli.watch.WatchSamples.holder;
import static dev.mortise.cli.watch.WatchSamples.lock;
import static dev.mortise.cli.watch.WatchSamples.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.admin.WaitGraph;
import dev.mortise.cli.text.DisplayWidth;
import dev.mortise.cli.watch.WatchKey.Kind;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchViewTest {
    private static final String HOSTILE = "\u001b[2J\u001b]0;x\u0007\n\u202eevil";
    private static final String WIDE = "倉庫/注文-😀";
    private static final String RIGHT_TO_LEFT = "מלאי/שלום";

    private final WatchState state = new WatchState(WatchOrder.WAIT);

    private static WatchBoard some() {
        LockInfo[] locks = IntStream.range(0, 40)
                .mapToObj(i -> held("batch/" + i, START.minusSeconds(i), i + 1))
                .toArray(LockInfo[]::new);
        return board(
                whole(1, locks),
                whole(2, locks),
                whole(
                        3,
                        Stream.concat(Stream.of(locks), Stream.of(crowded("orders/4711", START.minusSeconds(9), 12)))
                                .toArray(LockInfo[]::new)));
    }

    private List<String> lines(WatchBoard board, int columns, int rows) {
        WatchScene scene = new WatchScene(board, state, "127.0.0.1:6379", Duration.ofSeconds(2), at(3), "");
        List<ScreenLine> lines = new WatchView(scene, new ScreenSize(columns, rows), ZoneOffset.UTC).lines();
        assertThat(lines).hasSize(rows);
        assertThat(lines)
                .allSatisfy(line -> assertThat(DisplayWidth.of(line.text())).isLessThanOrEqualTo(columns));
        return lines.stream().map(line -> line.text().stripTrailing()).toList();
    }

    @Test
    void the_usual_screen() {
        List<String> lines = lines(some(), 80, 24);
        assertThat(lines.get(0))
                .isEqualTo("mortise watch  127.0.0.1:6379  every 2.0s                      round 3, 14:00:04");
        assertThat(lines.get(1)).isEqualTo("41 held, 1 waited for by 12, >0.5 acquires/s seen");
        assertThat(lines.get(2)).isEqualTo("41 looked at; by longest wait");
        assertThat(lines.get(3)).isEqualTo("  HOLD   WAIT QUEUE  ACQ/S USE        LOCK             HELD BY");
        assertThat(lines.get(4)).startsWith(" 13.0s  13.0s    12   >0.5 held       orders/4711      nightly on app-1");
        assertThat(lines.get(5)).startsWith("  4.0s      -     -    0.0 held       batch/0");
        assertThat(lines.get(23)).startsWith("q quit  Enter open");
    }

    @Test
    void a_small_screen_keeps_wait_hold_and_name() {
        List<String> lines = lines(some(), 40, 10);
        assertThat(lines.get(3)).isEqualTo("  HOLD   WAIT QUEUE LOCK");
        assertThat(lines.get(4)).isEqualTo(" 13.0s  13.0s    12 orders/4711");
        assertThat(lines.get(9)).startsWith("q quit  Enter open");
    }

    @Test
    void a_large_screen_shows_everything() {
        List<String> lines = lines(some(), 200, 60);
        assertThat(lines.get(3)).contains("HELD%").contains("HELD BY");
        assertThat(lines.get(4)).contains("nightly on app-1/815 (shop) \"recount\"");
        assertThat(lines.get(44)).contains("batch/9");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,2", "12,3", "20,5", "30,6", "80,1", "500,7"})
    void no_size_is_too_small(int columns, int rows) {
        for (WatchPage page : WatchPage.values()) {
            state.choose(List.of("orders/4711"), 0);
            state.open(page);
            lines(some(), columns, rows);
            lines(WatchBoard.empty(), columns, rows);
        }
    }

    @Test
    void the_chosen_row_is_always_on_the_screen() {
        WatchBoard board = some();
        List<String> names = board.rows(WatchOrder.WAIT, false, WatchFilter.NONE).stream()
                .map(lock -> lock.info().name())
                .toList();
        WatchKeys keys = new WatchKeys(state);
        for (String name : names) {
            keys.press(WatchKey.of(Kind.DOWN), names, 5);
            assertThat(lines(board, 80, 10)).anyMatch(line -> line.contains(" " + name + " "));
        }
    }

    @Test
    void what_others_have_chosen_is_harmless_and_breaks_no_column() {
        WatchBoard board = board(whole(
                1,
                Stream.of(HOSTILE, WIDE, RIGHT_TO_LEFT, "plain")
                        .map(name -> lock(name, List.of(holder("nightly", name, START, 1)), List.of(), 1))
                        .toArray(LockInfo[]::new)));
        List<String> list = lines(board, 120, 24);
        assertThat(list).allSatisfy(line -> assertThat(line).matches("[^\\p{Cc}\\u202e]*"));
        int column = list.get(3).indexOf("HELD BY");
        assertThat(list.subList(4, 8)).allSatisfy(line -> {
            String before = DisplayWidth.cut(line, column + 1).replaceFirst("…$", "");
            assertThat(before).endsWith(" ");
            assertThat(line.substring(before.length())).startsWith("nightly on app-1");
        });
        for (String name : List.of(HOSTILE, WIDE, RIGHT_TO_LEFT)) {
            state.choose(List.of(name), 0);
            state.open(WatchPage.LOCK);
            assertThat(lines(board, 80, 24)).allSatisfy(line -> assertThat(line).matches("[^\\p{Cc}\\u202e]*"));
            state.type(HOSTILE);
            lines(board, 80, 24);
            state.endTyping(false);
        }
    }

    @Test
    void an_open_lock_shows_holders_queue_and_what_holders_wait_for() {
        WaitGraph graph = new WaitGraph(
                at(3),
                List.of(
                        new WaitGraph.Node(0, "nightly", client("app-1", 815)),
                        new WaitGraph.Node(1, "loader", client("app-9", 42))),
                List.of(
                        new WaitGraph.Lock("orders/4711", LockKind.MUTEX, 1),
                        new WaitGraph.Lock("stock", LockKind.MUTEX, 1)),
                List.of(
                        new WaitGraph.Hold(0, "orders/4711", START, 1, 7, "", Optional.empty()),
                        new WaitGraph.Hold(1, "stock", START, 1, 8, "", Optional.empty())),
                List.of(new WaitGraph.Wait(0, "stock", START, 1, 1, false, "")),
                true);
        LookRound round = new LookRound(
                1,
                at(1),
                Duration.ofMillis(5),
                List.of(crowded("orders/4711", START.minusSeconds(9), 40)),
                1,
                Optional.of(graph));
        state.choose(List.of("orders/4711"), 0);
        state.open(WatchPage.LOCK);
        List<String> lines = lines(board(round), 120, 24);
        assertThat(lines.get(3)).isEqualTo("orders/4711");
        assertThat(lines)
                .contains(
                        "Holders: 1",
                        "    waits for 'stock' for 4.0s (place 1), held by loader on app-9/42 (shop)",
                        "Waiters: 40",
                        "    1  13.0s http-1 on app-1/4711 (shop)");
        state.scrollTo(1_000);
        assertThat(lines(board(round), 120, 24)).anyMatch(line -> line.startsWith("   40 "));
    }

    @Test
    void a_ring_of_waits_is_named_a_deadlock_and_ends() {
        WaitGraph ring = new WaitGraph(
                at(3),
                List.of(new WaitGraph.Node(0, "x", client("app-1", 1)), new WaitGraph.Node(1, "y", client("app-2", 2))),
                List.of(new WaitGraph.Lock("a", LockKind.MUTEX, 1), new WaitGraph.Lock("b", LockKind.MUTEX, 1)),
                List.of(
                        new WaitGraph.Hold(0, "a", START, 1, 7, "", Optional.empty()),
                        new WaitGraph.Hold(1, "b", START, 1, 8, "", Optional.empty())),
                List.of(
                        new WaitGraph.Wait(0, "b", START, 1, 1, false, ""),
                        new WaitGraph.Wait(1, "a", START, 1, 1, false, "")),
                true);
        assertThat(new HolderWaits(ring).of("a", holder("x", "", START, 7)))
                .containsExactly(
                        "waits for 'b' for 4.0s (place 1), held by y on app-2/2 (shop)",
                        "which waits for 'a' for 4.0s (place 1), held by x on app-1/1 (shop)",
                        "and so on: a deadlock");
        assertThat(new HolderWaits(ring).of("a", holder("x", "", START, 99))).isEmpty();
    }

    @Test
    void a_server_that_is_away_is_told_above_what_was_seen_last() {
        List<String> lines = lines(some().failed("connection refused", at(2)), 80, 24);
        assertThat(lines.get(3)).isEqualTo("out of date for 2.0s: connection refused");
        assertThat(lines.get(5)).contains("orders/4711");
    }

    @Test
    void a_pause_a_filter_and_an_empty_list_are_told() {
        state.pause(true);
        state.type("no such");
        List<String> lines = lines(some(), 80, 24);
        assertThat(lines.get(0)).contains("PAUSED");
        assertThat(lines.get(2)).endsWith("only \"no such\"");
        assertThat(lines).contains("no lock has that in it");
        assertThat(lines.get(23)).startsWith("only with: no such_");
        state.endTyping(false);
        assertThat(lines(WatchBoard.empty(), 80, 24)).contains("looking ...");
        assertThat(lines(board(whole(1)), 80, 24)).contains("no lock is held or waited for");
    }
}
