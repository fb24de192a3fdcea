package dev.mortise.testkit.contract;

import dev.mortise.Mortise;

/**
 * Everything a {@link dev.mortise.DistributedLock} promises, its leases, its options and the client it comes from. A
 * deployment keeps the contract if a subclass passes that says how to open a client:
 *
 * <pre>{@code
 * final class StandaloneLockTest extends DistributedLockContract {
 *     @RegisterExtension
 *     static final RedisExtension redis = RedisExtension.create();
 *
 *     @Override
 *     protected Mortise open(ClientSettings settings) {
 *         return RedisMortise.builder().uri(redis.uri()).lease(settings.lease())….build();
 *     }
 * }
 * }</pre>
 *
 * <p>No test sleeps; those that need a lease to end wait for it.
 */
public abstract class DistributedLockContract extends ArgumentContract {
    /** For subclasses. */
    protected DistributedLockContract() {}

    @Override
    protected abstract Mortise open(ClientSettings settings);
}
