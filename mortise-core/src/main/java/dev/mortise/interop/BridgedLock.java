package dev.mortise.interop;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.WaitReport;
import dev.mortise.internal.runtime.TimeLeft;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two locks as one, for the time in which a fleet moves from one to the other: programs that know only the former lock, programs that
 * take both, and later programs that know only the new one exclude each other, without a moment at which all must be stopped.
 *
 * <p>The locks are always taken in the same order, the first one first, and released in the opposite order. All programs must agree on
 * that order, or two of them could wait for each other. What is to be moved from is best the first: it is the one that others wait
 * for. See {@code docs/guide/moving.md} for how to move, step by step.
 *
 * <p>Waits share one limit. When the second lock is not to be had, or the wait for it is interrupted or fails, the first is given back. A
 * lease of both is valid as long as each of the two is.
 *
 * <p>The two locks need not be on one server. This costs what both locks cost, one after the other. While a program holds the first lock
 * and waits for the second, others wait for the first: so nothing but such programs should hold the second for long. Thread-safe,
 * as the two locks are.
 */
public final class BridgedLock {
    private final BridgePart first;
    private final BridgePart second;

    private BridgedLock(BridgePart first, BridgePart second) {
        this.first = Objects.requireNonNull(first, "first");
        this.second = Objects.requireNonNull(second, "second");
    }

    /** The lock of another library, then that of Mortise, with default options. */
    public static BridgedLock of(InteropLock first, DistributedLock second) {
        return of(BridgePart.of(first), BridgePart.of(second));
    }

    /** Any two. */
    public static BridgedLock of(BridgePart first, BridgePart second) {
        return new BridgedLock(first, second);
    }

    /** What it is called in messages: the names of both. */
    public String name() {
        return first.name().equals(second.name()) ? first.name() : first.name() + "+" + second.name();
    }

    /**
     * Waits without limit.
     *
     * @throws InterruptedException when the thread is interrupted before or while it waits; then none of the two is held
     * @throws LockUnavailableException when a server cannot be asked; then none of the two is held
     * @throws dev.mortise.LeaseLostException when the first was lost while the second was waited for; then none of the two is held
     */
    public BridgedLease acquire() throws InterruptedException {
        return acquire(AcquireOptions.FOREVER);
    }

    /**
     * Waits for both, up to {@code maxWait} together.
     *
     * @param maxWait zero = ask once, {@link AcquireOptions#FOREVER} = no limit
     * @throws LockTimeoutException when they were not granted in time
     */
    public BridgedLease acquire(Duration maxWait) throws InterruptedException {
        TimeLeft left = TimeLeft.of(Objects.requireNonNull(maxWait, "maxWait"));
        return tryAcquire(maxWait)
                .orElseThrow(() -> new LockTimeoutException(name(), left.passed(), WaitReport.unknown(0)));
    }

    /**
     * Asks for each once, and does not wait.
     *
     * @throws InterruptedException when the thread is interrupted before
     */
    public Optional<BridgedLease> tryAcquire() throws InterruptedException {
        return tryAcquire(Duration.ZERO);
    }

    /** As {@link #acquire(Duration)}; empty when they were not granted in time. */
    public Optional<BridgedLease> tryAcquire(Duration maxWait) throws InterruptedException {
        // Checks it, too.
        AcquireOptions.waitUpTo(Objects.requireNonNull(maxWait, "maxWait"));
        boolean isLimited = !maxWait.equals(AcquireOptions.FOREVER);
        TimeLeft left = TimeLeft.of(maxWait);
        Optional<BridgePart.Held> one = first.tryAcquire(maxWait);
        if (one.isEmpty()) {
            return Optional.empty();
        }
        BridgePart.Held held = one.get();
        boolean both = false;
        try {
            Optional<BridgePart.Held> other = second.tryAcquire(isLimited ? left.now() : maxWait);
            if (other.isEmpty()) {
                return Optional.empty();
            }
            both = true;
            return Optional.of(joined(held, other.get()));
        } finally {
            if (!both) {
                held.release();
            }
        }
    }

    /** The first may have been lost while the second was waited for. */
    private BridgedLease joined(BridgePart.Held one, BridgePart.Held other) {
        BridgedLease lease = new BridgedLease(name(), one, other).watch();
        if (!lease.isValid()) {
            lease.release();
            throw lease.gone();
        }
        return lease;
    }

    /**
     * Acquires, runs the body, and releases.
     *
     * @param maxWait as in {@link #acquire(Duration)}
     * @return what the body returned
     * @throws dev.mortise.LeaseLostException when one of the two was lost before the body had ended; if the body threw, suppressed by that
     */
    public <T extends @Nullable Object, X extends Throwable> T call(Duration maxWait, Body<T, X> body)
            throws X, InterruptedException {
        Objects.requireNonNull(body, "body");
        BridgedLease lease = acquire(maxWait);
        T result;
        try {
            result = body.apply(lease);
        } catch (Throwable thrown) {
            if (lease.release() == ReleaseOutcome.LOST) {
                thrown.addSuppressed(lease.gone());
            }
            throw thrown;
        }
        if (lease.release() == ReleaseOutcome.LOST) {
            throw lease.gone();
        }
        return result;
    }

    @Override
    public String toString() {
        return "BridgedLock[" + name() + "]";
    }

    /**
     * What is done under both locks.
     *
     * @param <T> what it returns
     * @param <X> what it throws
     */
    @FunctionalInterface
    public interface Body<T extends @Nullable Object, X extends Throwable> {
        /** Does it, and may use the lease, but need not release it. */
        T apply(BridgedLease lease) throws X;
    }
}
