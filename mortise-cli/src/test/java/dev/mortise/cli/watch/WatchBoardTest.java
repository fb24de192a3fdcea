package dev.mortise.cli.watch;

import static dev.mortise.cli.watch.WatchSamples.START;
import static dev.mortise.cli.watch.WatchSamples.at;
import static dev.mortise.cli.watch.WatchSamples.board;
import static dev.mortise.cli.watch.WatchSamples.crowded;
import static dev.mortise.cli.watch.WatchSamples.held;
import static dev.mortise.cli.watch.WatchSamples.holder;
import static dev.mortise.cli.watch.WatchSamples.lock;
import static dev.mortise.cli.watch.WatchSamples.part;
import static dev.mortise.cli.watch.WatchSamples.waiter;
import static dev.mortise.cli.watch.WatchSamples.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.LockInfo;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchBoardTest {
    private static WatchedLock of(WatchBoard board, String name) {
        return board.lock(name).orElseThrow();
    }

    private static List<String> names(WatchBoard board, WatchOrder order) {
        return board.rows(order, false, WatchFilter.NONE).stream()
                .map(lock -> lock.info().name())
                .toList();
    }

    @Test
    void one_look_tells_no_rate() {
        WatchedLock lock = of(board(whole(1, held("a", START, 10))), "a");
        assertThat(lock.grantsPerSecond()).isEmpty();
        assertThat(WatchColumn.rate(lock)).isEmpty();
    }

    @Test
    void a_new_token_is_a_grant_and_the_same_one_is_none() {
        WatchBoard board =
                board(whole(1, held("a", START, 10)), whole(2, held("a", at(2), 90)), whole(3, held("a", at(2), 90)));
        assertThat(of(board, "a").grantsPerSecond()).hasValue(0.25);
        assertThat(of(board, "a").hasMoreGrants()).isFalse();
        assertThat(board.grantsPerSecond()).isEqualTo(0.25);
    }

    @Test
    void a_grant_at_every_look_says_that_there_may_be_more() {
        WatchBoard board = board(whole(1, held("a", START, 10)), whole(2, held("a", at(2), 90)));
        assertThat(WatchColumn.rate(of(board, "a"))).isEqualTo(">0.5");
    }

    @Test
    void each_new_holder_counts() {
        LockInfo two = lock("s", List.of(holder("x", "", START, 11), holder("y", "", START, 12)), List.of(), 12);
        LockInfo three = lock(
                "s",
                List.of(holder("x", "", START, 11), holder("z", "", START, 13), holder("v", "", START, 14)),
                List.of(),
                14);
        assertThat(of(board(whole(1, two), whole(2, three)), "s").grantsPerSecond())
                .hasValue(1.0);
    }

    @Test
    void a_last_token_that_grew_is_no_grant() {
        LockInfo reserved = lock("a", List.of(holder("nightly", "", START, 10)), List.of(waiter(1, "w", START)), 200);
        assertThat(of(board(whole(1, held("a", START, 10)), whole(2, reserved)), "a")
                        .grantsPerSecond())
                .hasValue(0.0);
    }

    @Test
    void a_token_out_of_a_block_that_was_given_out_before_is_no_grant() {
        LockInfo block = lock("rw", List.of(holder("x", "", START, 10)), List.of(), 73);
        LockInfo left = lock("rw", List.of(holder("y", "", START, 12)), List.of(), 73);
        assertThat(of(board(whole(1, block), whole(2, left)), "rw").grantsPerSecond())
                .hasValue(0.0);
    }

    @Test
    void a_lock_that_was_not_listed_before_has_been_granted_since() {
        WatchBoard board = board(whole(1), whole(2, held("a", at(2), 10)));
        assertThat(of(board, "a").grantsPerSecond()).hasValue(0.5);
        assertThat(of(board, "a").heldShare()).isEqualTo(0.5);
    }

    @Test
    void a_lock_that_goes_is_free_and_is_forgotten_later() {
        WatchBoard board = board(whole(1, held("a", START, 10)), whole(2));
        assertThat(of(board, "a").isUsed()).isFalse();
        assertThat(board.held()).isZero();
        for (long round = 3; round <= 16; round++) {
            board = board.after(whole(round));
        }
        assertThat(board.lock("a")).isPresent();
        assertThat(board.after(whole(17)).lock("a")).isEmpty();
    }

    @Test
    void a_part_of_the_locks_leaves_the_others_as_they_were() {
        WatchBoard board = board(part(1, 0, held("a", START, 10)), part(2, 0, held("b", START, 11)));
        assertThat(board.held()).isEqualTo(2);
        assertThat(board.isFresh(of(board, "a"))).isFalse();
        assertThat(board.more()).isEqualTo(1);
        assertThat(board.hasUnknown()).isTrue();
        assertThat(WatchWords.extent(board)).isEqualTo("1 looked at, and more than 1 more");
        WatchBoard listed = board.after(part(3, 1, held("c", START, 12)));
        assertThat(listed.hasUnknown()).isFalse();
        assertThat(listed.isSmall()).isFalse();
        assertThat(WatchWords.extent(listed)).isEqualTo("1 looked at, and 2 more");
    }

    @Test
    void a_listing_that_ends_tells_which_locks_have_gone() {
        WatchBoard board = board(
                part(1, 0, held("a", START, 10)),
                part(2, 1, held("b", START, 11)),
                part(3, 0, held("b", START, 11)),
                part(4, 3, held("c", START, 12)));
        assertThat(of(board, "a").isUsed()).isFalse();
        assertThat(of(board, "b").isUsed()).isTrue();
        assertThat(board.held()).isEqualTo(2);
    }

    @Test
    void every_order_puts_first_what_it_says() {
        WatchBoard board = board(
                whole(1, held("long", START.minusSeconds(90), 1), held("busy", START, 2)),
                whole(
                        2,
                        held("long", START.minusSeconds(90), 1, waiter(1, "x", START)),
                        held("busy", at(2), 500),
                        crowded("crowd", START.minusSeconds(30), 5)));
        assertThat(names(board, WatchOrder.BUSIEST)).startsWith("crowd", "busy");
        assertThat(names(board, WatchOrder.WAIT)).containsExactly("crowd", "long", "busy");
        assertThat(names(board, WatchOrder.HOLD)).containsExactly("long", "crowd", "busy");
        assertThat(names(board, WatchOrder.QUEUE)).containsExactly("crowd", "long", "busy");
        assertThat(names(board, WatchOrder.NAME)).containsExactly("busy", "crowd", "long");
        assertThat(board.rows(WatchOrder.NAME, true, WatchFilter.NONE)
                        .get(0)
                        .info()
                        .name())
                .isEqualTo("long");
    }

    @Test
    void the_filter_looks_into_names_owners_clients_and_labels() {
        WatchBoard board = board(whole(1, held("Orders/1", START, 1), crowded("stock", START, 2)));
        assertThat(rows(board, "orders")).containsExactly("Orders/1");
        assertThat(rows(board, "HTTP-2")).containsExactly("stock");
        assertThat(rows(board, "app-2/4711")).containsExactly("stock");
        assertThat(rows(board, "recount")).containsExactly("stock");
        assertThat(rows(board, "nothing")).isEmpty();
    }

    private static List<String> rows(WatchBoard board, String filter) {
        return board.rows(WatchOrder.NAME, false, new WatchFilter(filter)).stream()
                .map(lock -> lock.info().name())
                .toList();
    }

    @Test
    void what_has_begun_by_the_servers_clock_is_not_in_the_future() {
        WatchBoard board = board(whole(1, held("a", START.plusSeconds(60), 1)));
        assertThat(board.serverTime(START.plusMillis(20))).isEqualTo(START.plusSeconds(60));
        assertThat(board(whole(1, held("a", START.minusSeconds(60), 1))).serverTime(START))
                .isEqualTo(START);
    }

    @Test
    void a_failure_keeps_what_was_seen_until_there_is_an_answer() {
        WatchBoard failed = board(whole(1, held("a", START, 1)))
                .failed("gone", START.plusSeconds(2))
                .failed("still gone", START.plusSeconds(4));
        assertThat(failed.held()).isEqualTo(1);
        assertThat(WatchWords.failure(failed.failure().orElseThrow(), START.plusSeconds(5)))
                .isEqualTo("out of date for 3.0s: still gone");
        assertThat(failed.after(whole(2, held("a", START, 1))).failure()).isEmpty();
    }

    @Test
    void memory_is_bounded() {
        LockInfo[] many = IntStream.range(0, 12_000)
                .mapToObj(i -> held("lock-" + i, START, i + 1))
                .toArray(LockInfo[]::new);
        WatchBoard board = board(whole(1, many));
        assertThat(board.locks()).hasSize(10_000);
        assertThat(board.hasUnknown()).isTrue();
    }

    @Test
    void a_round_that_takes_long_makes_the_interval_longer() {
        Duration interval = Duration.ofSeconds(2);
        assertThat(WatchPace.every(interval, Duration.ofMillis(400))).isEqualTo(interval);
        assertThat(WatchPace.every(interval, Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(12));
    }
}
