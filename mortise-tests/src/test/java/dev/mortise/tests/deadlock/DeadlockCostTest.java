package dev.mortise.tests.deadlock;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockVictim;
import dev.mortise.Lease;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What it costs to look for deadlocks, and who is not looked at. */
final class DeadlockCostTest extends OnOneServer {
    private final Member one = new Member();
    private final Member two = new Member();

    @Test
    void what_an_asynchronous_call_without_an_owner_waits_for_is_part_of_no_deadlock() {
        AcquireOptions nobody = AcquireOptions.defaults();
        kept(had(one.client.lock("x").acquireAsync(nobody)));
        kept(had(two.client.lock("y").acquireAsync(nobody)));
        CompletableFuture<Lease> a = one.client.lock("y").acquireAsync(nobody);
        CompletableFuture<Lease> b = two.client.lock("x").acquireAsync(nobody);
        pass(20_000);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        assertThat(one.told() + two.told()).isZero();
    }

    @ParameterizedTest
    @EnumSource(DeadlockVictim.class)
    void one_that_does_not_look_is_seen_by_none(DeadlockVictim victim) {
        Member off = new Member(DeadlockSettings.USUAL.ending(victim).off());
        one.holds("a", "x");
        off.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        CompletableFuture<Lease> b = off.wants("b", "x");
        pass(20_000);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        assertThat(off.told()).isZero();
    }

    /** With a wait left out, it could be taken to wait for ever. */
    @Test
    void an_owner_with_very_many_waits_is_left_out() {
        two.holds("b", "y");
        one.holds("a", "x");
        List<CompletableFuture<Lease>> waits = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            waits.add(one.wants("a", "y"));
        }
        waits.add(two.wants("b", "x"));
        pass(10_000);
        assertThat(waits).noneMatch(CompletableFuture::isDone);
        assertThat(one.told()).isZero();
        waits.get(0).cancel(true);
        pass(3_000);
        assertThat(waits.subList(1, waits.size())).anyMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void a_deadlock_with_an_owner_of_very_many_locks_is_found() {
        for (int i = 0; i < 1_000; i++) {
            one.holds("a", "x" + i);
        }
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(100);
        CompletableFuture<Lease> b = two.wants("b", "x500");
        pass(3_000);
        assertThat(server.waitingOwners()).hasSize(1);
        assertThat(a).isNotDone();
        assertThat(b).isCompletedExceptionally();
    }

    @Test
    void short_waits_and_waits_of_owners_that_hold_nothing_cost_nothing() {
        for (int i = 0; i < 100; i++) {
            release(one.holds("a", "x"));
            Lease held = one.holds("a", "x");
            CompletableFuture<Lease> soon = two.wants("b", "x");
            pass(900);
            release(held);
            release(had(soon));
        }
        one.holds("a", "x");
        CompletableFuture<Lease> long1 = two.wants("b", "x");
        pass(60_000);
        assertThat(long1).isNotDone();
        assertThat(one.told() + two.told()).isZero();
    }

    @Test
    void what_only_looks_like_a_deadlock_is_looked_into_by_one_client() {
        for (String owner : List.of("a", "b", "c")) {
            kept(had(one.client.semaphore("s", 4).acquireAsync(1, as(owner))));
        }
        kept(had(two.client.semaphore("s", 4).acquireAsync(1, as("goes on"))));
        two.holds("z", "m");
        List<CompletableFuture<Lease>> waits = new ArrayList<>();
        for (String owner : List.of("a", "b", "c")) {
            waits.add(one.wants(owner, "m"));
        }
        pass(100);
        waits.add(two.client.semaphore("s", 4).acquireAsync(1, as("z")));
        pass(20_000);
        int told = one.told();
        int inspected = one.store.requests(StoreOperation.INSPECT);
        pass(50_000);
        assertThat(waits).noneMatch(CompletableFuture::isDone);
        // Each in each period, and as often as it is looked into: to say so, and once more to look.
        assertThat(one.told() - told).isLessThanOrEqualTo(3 * 10 + 3 * 2 * 2);
        // Both locks, by each owner, twice: what is none is looked into again after half a minute.
        assertThat(one.store.requests(StoreOperation.INSPECT) - inspected).isLessThanOrEqualTo(2 * 3 * 2);
    }

    @Test
    void a_long_wait_of_an_owner_that_holds_something_costs_one_request_in_a_refresh_period() {
        one.holds("a", "x");
        for (int i = 0; i < 20; i++) {
            two.holds("w" + i, "own" + i);
            two.wants("w" + i, "x");
        }
        pass(2_000);
        assertThat(two.told()).isEqualTo(20);
        pass(50_000);
        assertThat(two.told()).isLessThanOrEqualTo(20 + 20 * 10);
        assertThat(one.told()).isZero();
    }
}
