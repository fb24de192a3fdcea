package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.process.Polling;
import dev.mortise.tests.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases that are held for long, dropped, or still held at the end, and where each was acquired. */
final class UnreleasedLeasesTest extends OnFakeTime {
    private static final InsightSettings CAPTURING = InsightSettings.USUAL.capturingStacks();
    private static final String HINT = "captureStacks() of the builder makes this say where";

    private final LogLines log = new LogLines();

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void a_long_hold_is_told_at_doubling_distances_with_the_place_of_its_acquire() {
        LockClient telling = open(CAPTURING.longHoldsAfter(Duration.ofMinutes(1)));
        Lease lease = had(telling.lock("a").acquireAsync(ANY.label("slow one")));
        pass(59_999);
        assertThat(longHolds()).isEmpty();
        pass(1_001);
        assertThat(longHolds()).singleElement().satisfies(told -> {
            assertThat(told.lockName()).isEqualTo("a");
            assertThat(told.label()).isEqualTo("slow one");
            assertThat(told.fencingToken()).isEqualTo(lease.fencingToken());
            assertThat(told.held()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
            isHere(told.acquiredAt());
        });
        assertThat(log.with("Lock 'a' has been held by ")).hasSize(1);
        assertThat(log.with("the lease was acquired here")).hasSize(1);
        assertThat(log.with("at dev.mortise.tests.engine.UnreleasedLeasesTest.a_long_hold_is_told"))
                .hasSize(1);
        pass(60_000);
        assertThat(longHolds()).hasSize(2);
        pass(60_000);
        assertThat(longHolds()).hasSize(2);
        pass(61_000);
        assertThat(longHolds()).hasSize(3);
        lease.releaseAsync();
        pass(Duration.ofHours(1).toMillis());
        assertThat(longHolds()).hasSize(3);
    }

    @Test
    void without_a_stack_it_says_how_to_have_one() {
        LockClient telling = open(InsightSettings.USUAL.longHoldsAfter(Duration.ofMinutes(1)));
        Lease lease = had(telling.lock("a").acquireAsync(ANY));
        pass(61_000);
        assertThat(longHolds())
                .singleElement()
                .satisfies(told -> assertThat(told.acquiredAt()).isEmpty());
        assertThat(log.with("Lock 'a' has been held by "))
                .singleElement()
                .asString()
                .contains(HINT);
        lease.releaseAsync();
    }

    @Test
    void nothing_is_kept_of_a_long_hold_that_has_ended() {
        LockClient telling = open(CAPTURING.longHoldsAfter(Duration.ofMinutes(1)));
        had(telling.lock("a").acquireAsync(ANY)).releaseAsync();
        pass(Duration.ofMinutes(25).toMillis());
        Map<String, Integer> before = Sizes.of(telling);
        int timers = time.timers();
        for (int i = 0; i < 20; i++) {
            Lease lease = had(telling.lock("a").acquireAsync(ANY));
            pass(61_000);
            lease.releaseAsync();
        }
        assertThat(longHolds()).hasSize(20);
        pass(Duration.ofMinutes(25).toMillis());
        assertThat(Sizes.of(telling)).isEqualTo(before);
        assertThat(time.timers()).isEqualTo(timers);
    }

    @Test
    void no_lease_is_told_unless_asked_for() {
        Lease lease = had(client.lock("a").acquireAsync(ANY));
        pass(Duration.ofHours(1).toMillis());
        assertThat(longHolds()).isEmpty();
        assertThat(log.with("has been held")).isEmpty();
        lease.releaseAsync();
    }

    @Test
    void a_dropped_lease_says_where_it_was_acquired() {
        LockClient capturing = open(CAPTURING);
        drop(capturing, 1);
        untilLeaked(1);
        assertThat(log.with("was dropped without being released"))
                .singleElement()
                .asString()
                .contains("A lease of lock 'lock0'", "acquired at dev.mortise.tests.engine.UnreleasedLeasesTest.drop(");
        assertThat(leaked()).singleElement().satisfies(told -> isHere(told.acquiredAt()));
    }

    @Test
    void of_many_that_are_dropped_the_first_are_named() {
        drop(client, 25);
        untilLeaked(25);
        pass(20_000);
        assertThat(log.with("was dropped without being released")).hasSize(10).allMatch(line -> line.contains(HINT));
        assertThat(log.with("15 more leases were dropped without being released"))
                .hasSize(1);
        assertThat(leaked()).hasSize(25).allMatch(told -> told.acquiredAt().isEmpty());
    }

    @Test
    void leases_that_are_still_held_when_the_client_closes_say_where_they_were_acquired() {
        LockClient capturing = open(CAPTURING);
        Lease kept = had(capturing.lock("a").acquireAsync(ANY));
        pass(500);
        attempt(capturing::close);
        assertThat(kept.isValid()).isFalse();
        assertThat(log.with("was still held when its client was closed"))
                .singleElement()
                .asString()
                .contains(
                        "Lock 'a', acquired by ",
                        " 500 ms ago",
                        "acquired at dev.mortise.tests.engine.UnreleasedLeasesTest.");
        assertThat(log.with("Lock 'a' was lost")).isEmpty();
    }

    @Test
    void of_many_that_are_still_held_the_first_are_named() {
        List<Lease> kept = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            kept.add(had(client.lock("lock" + i).acquireAsync(ANY)));
        }
        attempt(client::close);
        assertThat(kept).noneMatch(Lease::isValid);
        assertThat(log.with("was still held when its client was closed"))
                .hasSize(10)
                .allMatch(line -> line.contains(HINT));
        assertThat(log.with("15 more leases were still held when their client was closed"))
                .hasSize(1);
        assertThat(count(LockEvent.Lost.class)).isEqualTo(25);
    }

    @Test
    void leases_that_were_released_are_not_told_at_the_end() {
        had(client.lock("a").acquireAsync(ANY)).releaseAsync();
        time.runCallbacks();
        attempt(client::close);
        assertThat(log.with("still held")).isEmpty();
    }

    private LockClient open(InsightSettings insight) {
        return LockClient.open(
                new InMemoryLockStore(server),
                time,
                new ClientConfig("telling", LEASE, TIMEOUT, 10_000, Duration.ZERO).with(insight),
                events::add);
    }

    private static void isHere(List<StackTraceElement> calls) {
        assertThat(calls).isNotEmpty().hasSizeLessThanOrEqualTo(32);
        assertThat(calls.get(0).getClassName()).isEqualTo(UnreleasedLeasesTest.class.getName());
    }

    /** In a frame of its own, so that none of the test has them. */
    private void drop(LockClient by, int count) {
        for (int i = 0; i < count; i++) {
            by.lock("lock" + i).acquireAsync(ANY);
        }
        time.runCallbacks();
    }

    private void untilLeaked(int count) {
        assertThat(Polling.until(PATIENCE, Duration.ofMillis(20), () -> {
                    System.gc();
                    pass(1_000);
                    return leaked().size() == count;
                }))
                .isTrue();
    }

    private List<LockEvent.LongHold> longHolds() {
        return told(LockEvent.LongHold.class);
    }

    private List<LockEvent.Leaked> leaked() {
        return told(LockEvent.Leaked.class);
    }

    private <E extends LockEvent> List<E> told(Class<E> kind) {
        time.runCallbacks();
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
