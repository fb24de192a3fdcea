package dev.mortise.internal.client;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.Releases;
import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.runtime.Work;
import dev.mortise.internal.store.LockStore;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parts of a client do when it closes, and in which order: each step whatever happens to the others, and bounded,
 * whatever the server does. When it is their turn, {@link Lifecycle} decides. Stateless.
 *
 * @param patienceNanos how long the server may take to acknowledge one step
 */
record Shutdown(
        LockStore store,
        Time time,
        UnderWay underWay,
        LeaseRegistry registry,
        Releases releases,
        WaiterRegistry waits,
        LocalQueues queues,
        Requests requests,
        Heartbeat heartbeat,
        long patienceNanos) {
    /*
     * Overview. In this order:
     *
     *   1  no heartbeat is sent any more
     *   2  waits are withdrawn: before the leases end, or a release would hand a lock to a wait that is about to leave
     *   3  leases are ended as CLIENT_CLOSED, and holds without a lease go back
     *   4  releases that got no answer so far are sent once more, and all of it is waited for
     *   5  the heartbeat is taken back
     *   6  whatever still waits gets a failure, and the connections are closed
     *
     * Before step 2, at step 4 and at step 5 the server is waited for, each time for no longer than the patience. What it
     * does not acknowledge ends there by itself: a wait by its silence, a lease by its lifetime.
     */
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    /** From here on this client says no more that it lives. */
    void beforeWaits() {
        heartbeat.stop();
    }

    /**
     * The waits are withdrawn.
     *
     * @param listed the work under way that no part has in its register
     */
    void endWaits(Collection<Work> listed) {
        listed.forEach(work -> evenIfOneFails(work::close));
        waits.all().forEach(waiter -> evenIfOneFails(waiter::close));
    }

    /** Leases are ended, and the server has its time to acknowledge all of it; then the heartbeat is taken back. */
    void afterWaits() {
        List<LeaseState> held = registry.all();
        evenIfOneFails(() -> registry.heldAtClosing(held));
        for (LeaseState lease : held) {
            evenIfOneFails(() -> registry.lose(lease, Cause.CLIENT_CLOSED, "its client was closed"));
        }
        evenIfOneFails(queues::close);
        CompletableFuture<?> inDoubt =
                CompletableFuture.allOf(releases.tryOnceMore().toArray(CompletableFuture<?>[]::new));
        if (!await(CompletableFuture.allOf(underWay.nothing(), inDoubt))) {
            log.warn("The server did not acknowledge the end of all waits and leases in time");
        }
        await(heartbeat.farewell());
    }

    /** Nothing goes on; whatever hits that on the way, the connections are closed at last. */
    void disconnect(Collection<Work> listed) {
        try {
            releases.close();
            waits.all().forEach(Acquire::abandon);
            requests.close();
            listed.forEach(Work::abandon);
        } finally {
            disconnectNow();
        }
    }

    /** As {@link #disconnect}, when nothing has begun. */
    void disconnectNow() {
        try {
            store.close();
        } finally {
            time.close();
        }
    }

    /** Whether it was done in time, which is kept here: the timer may be dead. */
    boolean await(CompletableFuture<?> done) {
        CompletableFuture<Boolean> acknowledged = done.handle((value, failure) -> {
            if (failure != null) {
                log.debug("Not acknowledged", failure);
            }
            return failure == null;
        });
        return Await.atMost(time, patienceNanos, acknowledged) && Await.result(acknowledged);
    }

    /** An error of one of them is told in the log: the others are ended all the same. */
    private static void evenIfOneFails(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException | Error e) {
            log.error("The end of a wait or lease failed; please report this", e);
        }
    }
}
