package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Owners that wait for each other for ever: one of the waits ends, and the others go on. */
@SuppressWarnings("try") // what is held is held for its time
abstract class DeadlockContract extends HandOverContract {
    @Test
    void of_owners_that_wait_for_each_other_one_ends_and_the_other_goes_on() throws Exception {
        Recorder events = new Recorder();
        Mortise here = client(ClientSettings.defaults().heardBy(events));
        Mortise there = client(ClientSettings.defaults().heardBy(events));
        String other = "other " + name();
        Lease mine = here.lock(name()).acquire(as("one"));
        Lease theirs = there.lock(other).acquire(as("two"));
        CompletableFuture<Lease> one = here.lock(other).acquireAsync(as("one"));
        CompletableFuture<Lease> two = there.lock(name()).acquireAsync(as("two"));
        until("one wait has ended", () -> one.isDone() || two.isDone());
        until("the owner that waits on is told", () -> events.count(LockEvent.Deadlock.class) == 2);
        CompletableFuture<Lease> ended = one.isDone() ? one : two;
        String victim = one.isDone() ? "one" : "two";
        DeadlockException why = (DeadlockException) failure(ended).orElseThrow();
        assertThat(why.cycle()).hasSize(2);
        DeadlockException.Wait first = why.cycle().get(0);
        assertThat(first.owner()).isEqualTo(victim);
        assertThat(List.of(first.held(), first.wanted())).containsExactlyInAnyOrder(name(), other);
        assertThat(first.client()).isPresent();
        assertThat(first.heldSince()).isPresent();
        assertThat(first.since()).isPresent();
        (ended == one ? mine : theirs).release();
        until("the other has it", () -> one.isDone() && two.isDone());
        CompletableFuture<Lease> goesOn = ended == one ? two : one;
        assertThat(failure(goesOn)).isEmpty();
        goesOn.join().release();
        (ended == one ? theirs : mine).release();
        untilFree(here.lock(name()));
        untilFree(here.lock(other));
    }

    @Test
    void who_waits_for_an_owner_that_goes_on_is_in_no_deadlock() throws Exception {
        Mortise here = client();
        Mortise there = client();
        String other = "other " + name();
        Lease mine = here.lock(name()).acquire(as("one"));
        Lease theirs = there.lock(other).acquire(as("two"));
        CompletableFuture<Lease> one = here.lock(other).acquireAsync(as("one"));
        CompletableFuture<Lease> three = there.lock(name()).acquireAsync(as("three"));
        long start = System.nanoTime();
        until("a deadlock would have been found", () -> since(start).compareTo(Duration.ofMillis(2_500)) > 0);
        assertThat(one.isDone() || three.isDone()).isFalse();
        theirs.release();
        until("it goes on", one::isDone);
        one.join().release();
        mine.release();
        until("so does the next", three::isDone);
        three.join().release();
    }

    private static AcquireOptions as(String owner) {
        return AcquireOptions.defaults().owner(Owner.of(owner));
    }

    private static Optional<Throwable> failure(CompletableFuture<Lease> wait) {
        return Optional.ofNullable(wait.handle((lease, thrown) -> thrown).join());
    }
}
