package dev.mortise.internal.client;

import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.runtime.Work;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The life of a client: lets work begin while it is open, and ends what is under way, once. Thread-safe. */
final class Lifecycle {
    /*
     *   OPEN
     *   DRAINING  no work begins, waits are withdrawn, leases go on
     *   CLOSING   leases are ended, also those that come now
     *   OVER      no work goes on
     *
     * Overview. The stage goes forwards only; DRAINING may be left out.
     *
     * Work that begins while the client closes is known to the closing, or closes itself: it counts as beginning, looks
     * whether the client is open, enters its register and sends its first request. The closing sets the stage, waits until
     * nothing is beginning, and then closes what the registers have.
     *
     * What can go wrong. An error on the way still disconnects, and reaches the caller of close(). If disconnecting itself
     * fails, the next close() tries it again. A second closer waits for the first, except on the thread that closes: what
     * is closed may call back there. An interrupt ends the time of holders, and nothing else: the closing is not
     * interruptible, only bounded.
     */
    private enum Stage {
        OPEN,
        DRAINING,
        CLOSING,
        OVER
    }

    /** The longest time that a timer can count. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final Time time;
    private final UnderWay underWay;

    /** Does what is decided here. */
    private final Shutdown shutdown;

    /** Goes forwards only. */
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.OPEN);

    /** How much work is just being started. */
    private final AtomicInteger beginning = new AtomicInteger();

    /** Completes when the client closes and all work that will ever be is in its register. */
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    /** The work under way that no register of another part has. */
    private final Set<Work> listed = ConcurrentHashMap.newKeySet();

    /** Completes when holders get no more time. */
    private final CompletableFuture<Void> enough = new CompletableFuture<>();

    /** Completes when the client is closed. */
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** True while the last step of the closing runs, and for ever once it has succeeded. */
    private final AtomicBoolean disconnected = new AtomicBoolean();

    /** The thread that closes; set once. */
    private volatile @Nullable Thread closer;

    Lifecycle(Time time, UnderWay underWay, Shutdown shutdown) {
        this.time = time;
        this.underWay = underWay;
        this.shutdown = shutdown;
        underWay.add(listed::isEmpty);
    }

    boolean isOpen() {
        return stage.get() == Stage.OPEN;
    }

    /** Whether a lease that comes now has to end. */
    boolean endsLeases() {
        return hasReached(Stage.CLOSING);
    }

    void requireOpen() {
        if (!isOpen()) {
            throw new IllegalStateException("this Mortise is closed");
        }
    }

    /**
     * Starts work that enters a register when it starts, so that a closing client can end it.
     *
     * @throws IllegalStateException when the client is closed
     */
    <W extends Work> W begin(W work) {
        return begin(work, false);
    }

    /** As {@link #begin(Work)}, for work that no other register has: this one has it until its result is there. */
    <W extends Work> W beginListed(W work) {
        return begin(work, true);
    }

    /**
     * Makes a call that may put something into a register: a client that drains waits for it.
     *
     * @throws IllegalStateException when the client is closed
     */
    <T> T call(Supplier<T> call) {
        underWay.callBegins();
        try {
            requireOpen();
            return call.get();
        } finally {
            underWay.callEnded();
        }
    }

    /** Ends a client that could not be opened. */
    void giveUp() {
        stage.set(Stage.OVER);
        shutdown.disconnectNow();
    }

    /**
     * No work begins any more, what waits leaves, and holders get that time to end. An interrupt ends that time.
     *
     * @throws IllegalArgumentException when it is negative
     */
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
     * Ends all of it once, and then, whatever hit it on the way, disconnects. A second caller waits for that, unless it is
     * the thread that does it, and disconnects if the first could not.
     */
    void close() {
        Stage before = stage.getAndUpdate(now -> now.compareTo(Stage.CLOSING) < 0 ? Stage.CLOSING : now);
        enough.complete(null);
        if (before.compareTo(Stage.CLOSING) >= 0) {
            if (Thread.currentThread() != closer) {
                Await.result(closed);
                disconnect();
            }
            return;
        }
        closer = Thread.currentThread();
        try {
            shutdown.beforeWaits();
            endWaits();
            shutdown.afterWaits();
        } finally {
            stage.set(Stage.OVER);
            try {
                disconnect();
            } finally {
                closed.complete(null);
            }
        }
    }

    /** In the order above. Work that was started as the client closed is ended here, perhaps for the second time. */
    private <W extends Work> W begin(W work, boolean list) {
        beginning.incrementAndGet();
        try {
            requireOpen();
            if (list) {
                list(work);
            }
            work.start();
        } finally {
            if (beginning.decrementAndGet() == 0 && !isOpen()) {
                begun.complete(null);
            }
        }
        if (!isOpen()) {
            work.close();
        }
        if (hasReached(Stage.OVER)) {
            work.abandon();
        }
        return work;
    }

    private void list(Work work) {
        listed.add(work);
        work.result().whenComplete((value, failure) -> {
            listed.remove(work);
            underWay.less();
        });
    }

    /** Waits until all work that has begun is in a register, and ends the waits. Bounded. */
    private void endWaits() {
        if (beginning.get() == 0) {
            begun.complete(null);
        }
        shutdown.await(begun);
        shutdown.endWaits(listed);
    }

    /** Once; again only if it has failed. */
    private void disconnect() {
        if (disconnected.compareAndSet(false, true)) {
            try {
                shutdown.disconnect(listed);
            } catch (RuntimeException | Error e) {
                disconnected.set(false);
                throw e;
            }
        }
    }

    private boolean hasReached(Stage least) {
        return Objects.requireNonNull(stage.get()).compareTo(least) >= 0;
    }
}
