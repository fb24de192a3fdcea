package dev.mortise.interop;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.LeaseLoss;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/** One of the two locks of a {@link BridgedLock}. Implement it for a lock that is none of these. */
public interface BridgePart {
    /** What it is called, in messages. */
    String name();

    /**
     * Acquires it, and waits for that.
     *
     * @param maxWait zero = ask once, {@link AcquireOptions#FOREVER} = no limit
     * @return empty when it was not to be had in that time
     */
    Optional<Held> tryAcquire(Duration maxWait) throws InterruptedException;

    /** A lock of Mortise, with default options. */
    static BridgePart of(DistributedLock lock) {
        return of(lock, AcquireOptions.defaults());
    }

    /** A lock of Mortise; the wait of the options does not count. */
    static BridgePart of(DistributedLock lock, AcquireOptions options) {
        return new MortisePart(Objects.requireNonNull(lock, "lock"), Objects.requireNonNull(options, "options"));
    }

    /** A lock in keys of another library, with default options. */
    static BridgePart of(InteropLock lock) {
        return of(lock, InteropOptions.defaults());
    }

    /** A lock in keys of another library; the wait of the options does not count. */
    static BridgePart of(InteropLock lock, InteropOptions options) {
        return new InteropPart(Objects.requireNonNull(lock, "lock"), Objects.requireNonNull(options, "options"));
    }

    /**
     * Any lock of the JDK's kind, such as one of Redisson or of a {@code LockRegistry} of Spring. It belongs to the thread that acquires it:
     * that thread must close the lease.
     *
     * @param name what it is called, in messages
     * @param isHeld whether the calling thread still has it, as {@code RLock::isHeldByCurrentThread}; may ask a server. {@code () -> true}
     *     where the lock cannot tell
     */
    static BridgePart of(String name, Lock lock, BooleanSupplier isHeld) {
        return new ThreadPart(
                Objects.requireNonNull(name, "name"),
                Objects.requireNonNull(lock, "lock"),
                Objects.requireNonNull(isHeld, "isHeld"));
    }

    /** A part that was acquired. Thread-safe, but for {@link #isThreadBound}. */
    interface Held {
        /** Whether this process may still rely on it, as far as it can tell. */
        boolean isValid();

        /** How long it stays valid if it is not renewed any more; a year where it cannot tell. */
        Duration remaining();

        /** Completes when it is lost, and only then; never where it cannot tell. */
        CompletionStage<LeaseLoss> lost();

        /**
         * Releases it; idempotent.
         *
         * @throws IllegalMonitorStateException when it belongs to another thread
         */
        ReleaseOutcome release();

        /** Whether only the thread that has acquired it can release it, and ask whether it is valid. */
        default boolean isThreadBound() {
            return false;
        }

        /** The fencing token; empty where there is none. */
        default OptionalLong fencingToken() {
            return OptionalLong.empty();
        }
    }
}
