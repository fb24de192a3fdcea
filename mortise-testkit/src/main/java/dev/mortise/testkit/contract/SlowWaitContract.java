package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.HolderWait;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.WaitReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A wait that lasts says why: who holds the lock, and what that one waits for itself. */
@SuppressWarnings("try") // what is held is held for its time
abstract class SlowWaitContract extends DeadlockContract {
    private static final Duration SLOW = Duration.ofSeconds(3);

    @Test
    void a_slow_wait_names_the_holder_and_what_that_one_waits_for() throws Exception {
        Recorder events = new Recorder();
        Mortise here = client(ClientSettings.defaults().heardBy(events).tellingWaitsAfter(SLOW));
        Mortise there = client(ClientSettings.defaults().named("there"));
        String other = "other " + name();
        Lease root = there.lock(other).acquire(by("root").label("works"));
        Lease held = there.lock(name()).acquire(by("holder").label("has it"));
        CompletableFuture<Lease> holder =
                there.lock(other).acquireAsync(by("holder").label("wants more"));
        CompletableFuture<Lease> waiter =
                here.lock(name()).acquireAsync(by("waiter").label("in vain"));
        until("it is told", () -> events.count(LockEvent.SlowWait.class) > 0);
        LockEvent.SlowWait told = events.of(LockEvent.SlowWait.class).get(0);
        assertThat(told.lockName()).isEqualTo(name());
        assertThat(told.owner()).isEqualTo("waiter");
        assertThat(told.label()).isEqualTo("in vain");
        assertThat(told.waits()).isEqualTo(1);
        assertThat(told.waited()).isGreaterThanOrEqualTo(SLOW);
        explains(told.report(), other);
        assertThat(told.describe()).contains("holder \"wants more\" on ").contains("itself waits for lock '" + other);
        CompletableFuture<Lease> bounded =
                here.lock(name()).acquireAsync(by("bounded").maxWait(Duration.ofMillis(1_500)));
        LockTimeoutException timeout = (LockTimeoutException) failure(bounded);
        explains(timeout.report(), other);
        assertThat(timeout.ahead()).extracting(LockInfo.Waiter::owner).containsExactly("waiter");
        root.release();
        until("the holder goes on", holder::isDone);
        holder.join().release();
        held.release();
        until("so does the waiter", waiter::isDone);
        waiter.join().release();
    }

    private void explains(WaitReport report, String other) {
        assertThat(report.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.owner()).isEqualTo("holder");
            assertThat(holder.label()).isEqualTo("has it");
            assertThat(holder.client().name()).isEqualTo("there");
            assertThat(holder.expiresIn()).isPresent();
        });
        assertThat(report.chain()).singleElement().satisfies(link -> {
            assertThat(link.owner()).isEqualTo("holder");
            assertThat(link.holds()).isEqualTo(name());
            assertThat(link.wanted()).isEqualTo(other);
            assertThat(link.client().name()).isEqualTo("there");
        });
        HolderWait last = report.chain().get(0);
        assertThat(last.heldBy()).singleElement().satisfies(holder -> {
            assertThat(holder.owner()).isEqualTo("root");
            assertThat(holder.label()).isEqualTo("works");
        });
    }

    private static AcquireOptions by(String owner) {
        return AcquireOptions.defaults().owner(Owner.of(owner));
    }
}
