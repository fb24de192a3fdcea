package dev.mortise.cli.watch;

import static dev.mortise.cli.watch.WatchSamples.START;
import static dev.mortise.cli.watch.WatchSamples.held;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockInfo;
import dev.mortise.LockUnavailableException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LockRoundsTest {
    private final AskedAdmin admin = new AskedAdmin();
    private final LockRounds rounds = new LockRounds(admin, "*", 10, Clock.systemUTC());

    private void fill(int count) {
        IntStream.range(0, count).forEach(i -> admin.add(held("lock-%03d".formatted(i), START, i + 1)));
    }

    private static List<String> names(LookRound round) {
        return round.locks().stream().map(LockInfo::name).toList();
    }

    @Test
    void few_locks_are_all_looked_at_in_each_round() {
        fill(10);
        for (long number = 1; number <= 3; number++) {
            LookRound round = rounds.next(new WatchFocus(Optional.empty(), List.of("lock-001"), false));
            assertThat(round.locks()).hasSize(10);
            assertThat(round.listed()).isEqualTo(number);
            assertThat(admin.asked()).hasSize(11);
        }
    }

    @Test
    void of_many_locks_a_round_asks_for_a_bounded_number() {
        fill(95);
        int most = 0;
        WatchFocus focus = new WatchFocus(
                Optional.of("lock-090"),
                IntStream.range(0, 50).mapToObj("lock-%03d"::formatted).toList(),
                false);
        for (int i = 0; i < 30; i++) {
            rounds.next(focus);
            most = Math.max(most, admin.asked().size());
        }
        // Those of the listing, one ahead, one new listing; those on the screen and the open one.
        assertThat(most).isLessThanOrEqualTo(10 + 1 + 1 + 10 + 1);
    }

    @Test
    void many_locks_are_looked_at_one_part_after_the_other_and_then_anew() {
        fill(25);
        assertThat(names(rounds.next(WatchFocus.NONE))).hasSize(10).startsWith("lock-000");
        LookRound second = rounds.next(WatchFocus.NONE);
        assertThat(names(second)).hasSize(10).startsWith("lock-010");
        assertThat(second.listed()).isZero();
        LookRound third = rounds.next(WatchFocus.NONE);
        assertThat(names(third)).hasSize(5);
        assertThat(third.listed()).isEqualTo(1);
        assertThat(names(rounds.next(WatchFocus.NONE))).startsWith("lock-000");
    }

    @Test
    void what_is_open_or_on_the_screen_is_looked_at_in_each_round_too() {
        fill(25);
        WatchFocus focus = new WatchFocus(Optional.of("lock-024"), List.of("lock-020", "lock-001"), false);
        assertThat(names(rounds.next(focus))).hasSize(12).contains("lock-024", "lock-020");
        assertThat(admin.asked())
                .contains("inspect lock-024", "inspect lock-020")
                .doesNotContain("waitGraph");
    }

    @Test
    void an_open_lock_that_is_gone_is_told_to_be_free() {
        fill(25);
        LookRound round = rounds.next(new WatchFocus(Optional.of("gone"), List.of(), false));
        assertThat(round.locks()).anyMatch(lock -> lock.name().equals("gone") && !lock.isLocked());
    }

    @Test
    void who_waits_for_whom_is_asked_for_an_open_lock_among_few_or_when_a_person_asks() {
        fill(3);
        assertThat(rounds.next(WatchFocus.NONE).waits()).isEmpty();
        assertThat(rounds.next(new WatchFocus(Optional.of("lock-001"), List.of(), false))
                        .waits())
                .isPresent();
        fill(25);
        assertThat(rounds.next(new WatchFocus(Optional.of("lock-001"), List.of(), false))
                        .waits())
                .isEmpty();
        assertThat(rounds.next(new WatchFocus(Optional.of("lock-001"), List.of(), true))
                        .waits())
                .isPresent();
    }

    @Test
    void after_a_failure_the_next_round_begins_anew() {
        fill(25);
        rounds.next(WatchFocus.NONE);
        admin.goAway(true);
        assertThatThrownBy(() -> rounds.next(WatchFocus.NONE)).isInstanceOf(LockUnavailableException.class);
        admin.goAway(false);
        assertThat(names(rounds.next(WatchFocus.NONE))).startsWith("lock-000");
    }
}
