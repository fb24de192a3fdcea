package dev.mortise.internal.client;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.Keeper;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.Releaser;
import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.multi.MultiAcquire;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a client: nothing begins any more, waits are withdrawn, holders end or their leases are ended, heartbeat taken
 * back; bounded, whatever the server does. Thread-safe.
 */
final class Closing {
    /*
     *   OPEN
     *   DRAINING  nothing begins, waits are withdrawn, leases go on
     *   CLOSING   leases are ended, also those that come now
     *   OVER      nothing under way goes on
     *
     * Only forwards; DRAINING may be left out.
     */
    private enum Stage {
        OPEN,
        DRAINING,
        CLOSING,
        OVER
    }

    /** Of what a timer can count. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private final Time time;
    private final UnderWay underWay;
    private final Keeper keeper;
    private final Releaser releaser;
    private final WaiterRegistry waits;
    private final Collection<MultiAcquire> multiAcquires;
    private final LocalQueues queues;
    private final Heartbeat heartbeat;
    private final long patience;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.OPEN);

    /** Acquires that are just being started; whoever closes waits until they have sent what they send at first. */
    private final AtomicInteger beginning = new AtomicInteger();

    /** Every acquire that will ever be is known. */
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    /** Holders get no more time. */
    private final CompletableFuture<Void> enough = new CompletableFuture<>();

    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private final AtomicBoolean disconnected = new AtomicBoolean();

    /** Who closes; set once. */
    private volatile @Nullable Thread closer;

    /** @param patience how long the server may take to acknowledge it all, ns */
    Closing(
            Time time,
            UnderWay underWay,
            Keeper keeper,
            Releaser releaser,
            WaiterRegistry waits,
            Collection<MultiAcquire> multiAcquires,
            LocalQueues queues,
            Heartbeat heartbeat,
            long patience) {
        this.time = time;
        this.underWay = underWay;
        this.keeper = keeper;
        this.releaser = releaser;
        this.waits = waits;
        this.multiAcquires = multiAcquires;
        this.queues = queues;
        this.heartbeat = heartbeat;
        this.patience = patience;
    }

    boolean isOpen() {
        return stage.get() == Stage.OPEN;
    }

    /** Whether a lease that comes now has to end. */
    boolean endsLeases() {
        return hasReached(Stage.CLOSING);
    }

    /** Whether nothing under way goes on. */
    boolean isOver() {
        return hasReached(Stage.OVER);
    }

    void requireOpen() {
        if (!isOpen()) {
            throw new IllegalStateException("this Mortise is closed");
        }
    }

    /** Starts an acquire, unless nothing begins any more. */
    void begin(Acquire acquire) {
        beginning.incrementAndGet();
        try {
            requireOpen();
            acquire.start();
        } finally {
            if (beginning.decrementAndGet() == 0 && !isOpen()) {
                begun.complete(null);
            }
        }
    }

    /** Never was open. */
    void giveUp() {
        stage.set(Stage.OVER);
    }

    /** Nothing begins any more, what waits leaves, and holders have so long to end. An interrupt ends that time. */
    void drain(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("patience must not be negative, was " + atMost);
        }
        long nanos = atMost.compareTo(LONGEST) < 0 ? atMost.toNanos() : LONGEST.toNanos();
        if (nanos == 0 || !stage.compareAndSet(Stage.OPEN, Stage.DRAINING) && endsLeases()) {
            return;
        }
        endWaits();
        CompletableFuture<Void> ended = underWay.nothing();
        enough.thenRun(() -> ended.complete(null));
        try {
            Await.atMostOrInterrupt(time, nanos, ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends all of it, once, and then, whatever hit it on the way, {@code disconnect}. Who comes second waits for that,
     * unless it is the thread that does it.
     */
    void close(Runnable disconnect) {
        Stage before = stage.getAndUpdate(now -> now.compareTo(Stage.CLOSING) < 0 ? Stage.CLOSING : now);
        enough.complete(null);
        if (before.compareTo(Stage.CLOSING) >= 0) {
            if (Thread.currentThread() != closer) {
                Await.result(done);
                disconnect(disconnect);
            }
            return;
        }
        closer = Thread.currentThread();
        try {
            endAll();
        } finally {
            stage.set(Stage.OVER);
            try {
                disconnect(disconnect);
            } finally {
                done.complete(null);
            }
        }
    }

    /** Once; whoever comes second does it if the first could not. */
    private void disconnect(Runnable disconnect) {
        if (disconnected.compareAndSet(false, true)) {
            try {
                disconnect.run();
            } catch (RuntimeException | Error e) {
                disconnected.set(false);
                throw e;
            }
        }
    }

    private void endAll() {
        heartbeat.stop();
        endWaits();
        for (LeaseState lease : keeper.all()) {
            evenIfOneFails(() -> keeper.lose(lease, Cause.CLIENT_CLOSED, "its client was closed"));
        }
        evenIfOneFails(queues::close);
        CompletableFuture<?> inDoubt =
                CompletableFuture.allOf(releaser.tryOnceMore().toArray(CompletableFuture<?>[]::new));
        if (!await(CompletableFuture.allOf(underWay.nothing(), inDoubt))) {
            log.warn("The server did not acknowledge the end of all waits and leases in time");
        }
        await(heartbeat.farewell());
    }

    private void endWaits() {
        if (beginning.get() == 0) {
            begun.complete(null);
        }
        await(begun);
        multiAcquires.forEach(multiAcquire -> evenIfOneFails(multiAcquire::close));
        waits.all().forEach(waiter -> evenIfOneFails(waiter::close));
    }

    private boolean hasReached(Stage least) {
        return Objects.requireNonNull(stage.get()).compareTo(least) >= 0;
    }

    private static void evenIfOneFails(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException | Error e) {
            log.error("The end of a wait or lease failed; please report this", e);
        }
    }

    /** Whether it was done in time, which is kept here: the timer may be dead. */
    private boolean await(CompletableFuture<?> done) {
        CompletableFuture<Boolean> acknowledged = done.handle((value, failure) -> {
            if (failure != null) {
                log.debug("Not acknowledged", failure);
            }
            return failure == null;
        });
        return Await.atMost(time, patience, acknowledged) && Await.result(acknowledged);
    }
}
