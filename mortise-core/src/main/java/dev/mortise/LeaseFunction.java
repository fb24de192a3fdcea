package dev.mortise;

import org.jspecify.annotations.Nullable;

/** What {@link DistributedLock#call} runs while the lock is held. */
@FunctionalInterface
public interface LeaseFunction<T extends @Nullable Object, X extends Throwable> {
    /** Runs with the lease; it must not close it. */
    T apply(Lease lease) throws X;
}
