package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.WaitReport;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.tests.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits that last are told, seldom and once for each lock; those that do not last cost nothing. */
final class SlowWaitsTest extends OnFakeTime {
    private static final long SLOW = Duration.ofSeconds(30).toMillis();

    /** Between two looks. */
    private static final long ROUND = 1_000;

    /** By then a client has told it. */
    private static final long TOLD = SLOW + SLOW / 4 + ROUND;

    @Test
    void a_wait_is_told_at_doubling_distances() {
        Lease held = had(other.lock("a").acquireAsync(ANY.label("the one")));
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(by("waiter"));
        pass(SLOW - 1);
        assertThat(slow()).isEmpty();
        untilTold(1);
        pass(SLOW - ROUND);
        assertThat(slow()).hasSize(1);
        pass(2 * ROUND);
        assertThat(slow()).hasSize(2);
        pass(2 * SLOW - 3 * ROUND);
        assertThat(slow()).hasSize(2);
        pass(3 * ROUND);
        assertThat(slow()).hasSize(3);
        assertThat(slow()).extracting(LockEvent.SlowWait::waited).isSorted();
        WaitReport report = slow().get(0).report();
        assertThat(report.holders()).extracting(LockInfo.Holder::label).containsExactly("the one");
        assertThat(report.place()).isEqualTo(1);
        held.release();
        had(waiter).release();
    }

    @Test
    void of_many_waits_for_one_lock_the_oldest_is_told_and_costs_a_few_requests() {
        Lease held = had(other.lock("a").acquireAsync(ANY));
        List<CompletableFuture<Lease>> waiters = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiters.add(client.lock("a").acquireAsync(by("waiter" + i)));
            time.stall(Duration.ofNanos(1));
        }
        int glanced = asked(StoreOperation.GLANCE);
        int looked = asked(StoreOperation.WAIT);
        untilTold(1);
        assertThat(slow()).singleElement().satisfies(told -> {
            assertThat(told.owner()).isEqualTo("waiter0");
            assertThat(told.waits()).isEqualTo(1_000);
            assertThat(told.describe()).contains("nor to 999 more here");
        });
        assertThat(asked(StoreOperation.GLANCE) - glanced).isEqualTo(1);
        assertThat(asked(StoreOperation.INSPECT)).isZero();
        assertThat(asked(StoreOperation.WAIT) - looked).isEqualTo(1);
        // It leaves, and the next one is told, but not at once.
        waiters.get(0).cancel(true);
        pass(SLOW - 2 * ROUND);
        assertThat(slow()).hasSize(1);
        pass(3 * ROUND);
        assertThat(slow()).hasSize(2);
        assertThat(slow().get(1).owner()).isEqualTo("waiter1");
        held.release();
    }

    @Test
    void of_many_locks_some_are_told_at_a_time() {
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            held.add(had(other.lock("lock" + i).acquireAsync(ANY)));
            client.lock("lock" + i).acquireAsync(ANY);
        }
        untilTold(1);
        assertThat(slow()).hasSize(10);
        pass(ROUND);
        assertThat(slow()).hasSize(20);
        pass(ROUND);
        assertThat(slow()).hasSize(25).extracting(LockEvent.SlowWait::lockName).doesNotHaveDuplicates();
        assertThat(held).allMatch(Lease::isValid);
    }

    @Test
    void a_wait_that_is_not_slow_costs_no_request() {
        Lease held = had(other.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(SLOW - ROUND);
        assertThat(asked(StoreOperation.GLANCE)).isZero();
        assertThat(asked(StoreOperation.WAIT)).isZero();
        held.release();
        had(waiter).release();
        assertThat(slow()).isEmpty();
    }

    @Test
    void nothing_is_kept_of_a_wait_that_has_ended() {
        pass(Duration.ofMinutes(25).toMillis());
        Map<String, Integer> before = Sizes.of(client);
        int timers = time.timers();
        for (int i = 0; i < 20; i++) {
            Lease held = had(other.lock("lock" + i).acquireAsync(ANY));
            CompletableFuture<Lease> waiter = client.lock("lock" + i).acquireAsync(ANY);
            pass(TOLD);
            held.release();
            had(waiter).release();
        }
        assertThat(slow()).hasSize(20);
        events.clear();
        pass(Duration.ofMinutes(25).toMillis());
        Map<String, Integer> after = Sizes.of(client);
        after.keySet().removeIf(name -> name.startsWith("TokenFloors."));
        assertThat(before).containsAllEntriesOf(after);
        assertThat(time.timers()).isEqualTo(timers);
    }

    @Test
    void a_wait_in_an_outage_is_told_without_a_holder() {
        Lease held = had(other.lock("a").acquireAsync(ANY));
        client.lock("a").acquireAsync(ANY);
        pass(1_000);
        store.disconnect();
        untilTold(1);
        assertThat(slow()).singleElement().satisfies(told -> {
            assertThat(told.report().lock()).isEmpty();
            assertThat(told.describe()).contains("its holder could not be asked for");
        });
        assertThat(held.isValid()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 2_000})
    void a_report_costs_the_same_however_many_wait(int others) {
        Lease held = had(other.semaphore("s", 1).acquireAsync(1, ANY));
        for (int i = 0; i < others; i++) {
            other.semaphore("s", 1).acquireAsync(1, by("other" + i));
        }
        CompletableFuture<Lease> bounded =
                client.semaphore("s", 1).acquireAsync(1, ANY.maxWait(Duration.ofMillis(900)));
        pass(1_000);
        assertThat(asked(StoreOperation.GLANCE)).isEqualTo(1);
        bounds(timeout(bounded).report(), others);
        CompletableFuture<Lease> waiter = client.semaphore("s", 1).acquireAsync(1, by("waiter"));
        pass(1_000);
        int beats = asked(StoreOperation.HEARTBEAT);
        int looked = asked(StoreOperation.WAIT);
        while (asked(StoreOperation.GLANCE) == 1) {
            pass(ROUND);
        }
        List<LockEvent.SlowWait> told =
                slow().stream().filter(each -> each.owner().equals("waiter")).toList();
        assertThat(told).hasSize(1);
        bounds(told.get(0).report(), others);
        assertThat(asked(StoreOperation.GLANCE)).isEqualTo(2);
        assertThat(asked(StoreOperation.WAIT) - looked).isEqualTo(1);
        // One each 10 s says that the client lives.
        assertThat(asked(StoreOperation.HEARTBEAT) - beats).isBetween(1, 2 + 4);
        assertThat(asked(StoreOperation.INSPECT)).isZero();
        assertThat(held.isValid()).isTrue();
        assertThat(waiter).isNotDone();
    }

    private static void bounds(WaitReport report, int others) {
        assertThat(report.place()).isEqualTo(others + 1);
        assertThat(report.others()).isEqualTo(others);
        assertThat(report.holders()).hasSize(1);
        assertThat(report.ahead()).hasSize(Math.min(16, others));
        assertThat(report.lock().orElseThrow().waiters()).hasSize(Math.min(16, others));
        assertThat(report.describe()).contains("own place in the queue " + (others + 1) + ", behind other0 on ");
    }

    @Test
    void clients_whose_waits_began_together_do_not_ask_together() {
        int clients = 60;
        Lease held = had(other.lock("a").acquireAsync(ANY));
        List<InMemoryLockStore> stores = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            InMemoryLockStore each = new InMemoryLockStore(server);
            stores.add(each);
            open(each, time).lock("a").acquireAsync(ANY);
        }
        pass(SLOW - 1);
        assertThat(asked(stores)).isZero();
        int most = 0;
        for (long passed = SLOW - 1; passed < TOLD; passed += ROUND) {
            int before = asked(stores);
            pass(ROUND);
            most = Math.max(most, asked(stores) - before);
        }
        assertThat(asked(stores)).isEqualTo(clients);
        assertThat(most).isLessThan(clients / 3);
        assertThat(held.isValid()).isTrue();
    }

    private static int asked(List<InMemoryLockStore> stores) {
        return stores.stream()
                .mapToInt(each -> each.requests(StoreOperation.GLANCE))
                .sum();
    }

    @Test
    void no_more_reports_are_asked_for_than_are_told_in_a_round() {
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            held.add(had(other.lock("lock" + i).acquireAsync(ANY)));
            client.lock("lock" + i).acquireAsync(ANY);
        }
        pass(SLOW - ROUND);
        store.faults().holdReplies(StoreOperation.GLANCE);
        pass(SLOW / 4 + 3 * ROUND);
        assertThat(store.faults().heldReplies()).isEqualTo(10);
        store.faults().releaseReplies();
        pass(3 * ROUND);
        assertThat(slow()).hasSize(25);
        assertThat(held).allMatch(Lease::isValid);
    }

    @Test
    void it_is_told_apart_from_the_thread_that_brings_the_answer() {
        Lease held = had(other.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY);
        pass(SLOW - ROUND);
        store.faults().holdReplies(StoreOperation.GLANCE);
        while (store.faults().heldReplies() == 0) {
            pass(100);
        }
        try (LogLines log = new LogLines()) {
            // This thread brings the answers, and goes on.
            store.faults().releaseReplies();
            assertThat(log.with("was not granted")).isEmpty();
            assertThat(slow()).hasSize(1);
            assertThat(log.with("was not granted")).hasSize(1);
        }
        held.release();
        had(waiter).release();
    }

    @Test
    void it_can_be_switched_off() {
        try (Mortise quiet = LockClient.open(
                new InMemoryLockStore(server),
                time,
                new ClientConfig("quiet", LEASE, TIMEOUT, 10_000, Duration.ZERO)
                        .with(InsightSettings.USUAL.withoutSlowWaits()),
                events::add)) {
            Lease held = had(other.lock("a").acquireAsync(ANY));
            quiet.lock("a").acquireAsync(ANY);
            pass(10 * SLOW);
            assertThat(slow()).isEmpty();
            held.release();
        }
    }

    @Test
    void who_is_ahead_is_told_in_order() {
        Lease held = had(other.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> elsewhere = other.lock("a").acquireAsync(by("far"));
        pass(10);
        client.lock("a").acquireAsync(by("first"));
        client.lock("a").acquireAsync(by("second"));
        CompletableFuture<Lease> third =
                client.lock("a").acquireAsync(by("third").maxWait(Duration.ofSeconds(1)));
        client.lock("a").acquireAsync(by("behind"));
        pass(2_000);
        LockTimeoutException why = timeout(third);
        assertThat(why.ahead()).extracting(LockInfo.Waiter::owner).endsWith("first", "second");
        assertThat(why).hasMessageContaining("first on ").hasMessageContaining("second on ");
        assertThat(why.ahead()).extracting(LockInfo.Waiter::owner).doesNotContain("behind");
        assertThat(elsewhere).isNotDone();
        held.release();
    }

    @Test
    void who_comes_later_is_not_ahead() {
        Lease held = had(other.semaphore("s", 1).acquireAsync(1, ANY));
        client.semaphore("s", 1).acquireAsync(1, by("first"));
        CompletableFuture<Lease> second =
                client.semaphore("s", 1).acquireAsync(1, by("second").maxWait(Duration.ofSeconds(1)));
        client.semaphore("s", 1).acquireAsync(1, by("third"));
        other.semaphore("s", 1).acquireAsync(1, by("fourth"));
        pass(2_000);
        LockTimeoutException why = timeout(second);
        assertThat(why.place()).isEqualTo(2);
        assertThat(why.ahead()).extracting(LockInfo.Waiter::owner).containsExactly("first");
        assertThat(why.info().orElseThrow().waiters())
                .extracting(LockInfo.Waiter::owner)
                .containsExactly("first", "third", "fourth");
        held.release();
    }

    @Test
    void a_short_wait_in_vain_does_not_ask_what_the_holder_waits_for() {
        Lease held = had(other.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY.maxWait(Duration.ofMillis(900)));
        pass(1_000);
        assertThat(timeout(waiter).chain()).isEmpty();
        assertThat(asked(StoreOperation.WAIT)).isZero();
        held.release();
    }

    @Test
    void a_chain_is_followed_to_the_one_that_works() {
        Lease root = had(other.lock("c").acquireAsync(by("root")));
        Lease b = had(other.lock("b").acquireAsync(by("two")));
        Lease a = had(other.lock("a").acquireAsync(by("one")));
        other.lock("c").acquireAsync(by("two"));
        other.lock("b").acquireAsync(by("one"));
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY.maxWait(Duration.ofSeconds(4)));
        pass(5_000);
        LockTimeoutException why = timeout(waiter);
        assertThat(why.chain())
                .extracting(link -> link.owner() + " " + link.holds() + " " + link.wanted())
                .containsExactly("one a b", "two b c");
        assertThat(why.chain().get(0).heldBy()).isEmpty();
        assertThat(why.chain().get(1).heldBy())
                .extracting(LockInfo.Holder::owner)
                .containsExactly("root");
        assertThat(why)
                .hasMessageContaining("its holder one on ")
                .hasMessageContaining(" itself waits for lock 'b' since ")
                .hasMessageContaining(", held by two on ")
                .hasMessageContaining(", which waits for lock 'c' since ")
                .hasMessageContaining(", held by root on ");
        assertThat(List.of(root, a, b)).allMatch(Lease::isValid);
    }

    @Test
    void an_answer_that_does_not_come_delays_the_exception_by_no_more_than_a_command_time_out() {
        Lease held = had(other.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(ANY.maxWait(Duration.ofSeconds(4)));
        pass(1_000);
        store.faults().holdReplies(StoreOperation.WAIT, StoreOperation.HEARTBEAT);
        pass(3_000 + TIMEOUT.toMillis() - 1);
        assertThat(waiter).isNotDone();
        pass(1);
        assertThat(timeout(waiter).holders()).hasSize(1);
        assertThat(timeout(waiter).chain()).isEmpty();
        store.faults().releaseReplies();
        held.release();
    }

    private static AcquireOptions by(String owner) {
        return ANY.owner(Owner.of(owner));
    }

    private void untilTold(int count) {
        for (long passed = 0; slow().size() < count && passed <= TOLD; passed += ROUND) {
            pass(ROUND);
        }
        assertThat(slow()).hasSizeGreaterThanOrEqualTo(count);
    }

    private LockTimeoutException timeout(CompletableFuture<Lease> waiter) {
        time.runCallbacks();
        assertThat(waiter).isCompletedExceptionally();
        return (LockTimeoutException) waiter.handle((lease, failure) -> failure).join();
    }

    private List<LockEvent.SlowWait> slow() {
        time.runCallbacks();
        return events.stream()
                .filter(LockEvent.SlowWait.class::isInstance)
                .map(LockEvent.SlowWait.class::cast)
                .toList();
    }
}
