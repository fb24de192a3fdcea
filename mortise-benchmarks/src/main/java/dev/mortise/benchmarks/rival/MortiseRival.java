package dev.mortise.benchmarks.rival;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.redis.RedisMortise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

final class MortiseRival implements Rival, ReadWriteRival, SemaphoreRival {
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(2);

    /** What it comes with. */
    private static final int MOST_HAND_OFFS = 64;

    private static final Duration LONGEST_HAND_OFFS = Duration.ofMillis(10);

    private final Mortise mortise;
    private final AcquireOptions options;

    MortiseRival(String uri, RivalLease terms) {
        this(uri, terms, MOST_HAND_OFFS);
    }

    /** With that many passes inside the client while others wait. */
    MortiseRival(String uri, RivalLease terms, int mostHandOffs) {
        Duration sixth = terms.lease().dividedBy(6);
        this.mortise = RedisMortise.builder()
                .uri(uri)
                .lease(terms.lease())
                .commandTimeout(sixth.compareTo(LONGEST_TIMEOUT) < 0 ? sixth : LONGEST_TIMEOUT)
                .localHandOff(mostHandOffs, LONGEST_HAND_OFFS)
                .build();
        AcquireOptions defaults = AcquireOptions.defaults();
        this.options = terms.renewed() ? defaults : defaults.renewal(Renewal.OFF);
    }

    @Override
    public RivalLock lock(String name) {
        return held(mortise.lock(name));
    }

    @Override
    public RivalLock readLock(String name) {
        return held(mortise.readWriteLock(name).readLock());
    }

    @Override
    public RivalLock writeLock(String name) {
        return held(mortise.readWriteLock(name).writeLock());
    }

    @Override
    public RivalLock permit(String name, int permits) {
        DistributedSemaphore semaphore = mortise.semaphore(name, permits);
        return new Held(name, () -> semaphore.acquire(1, options));
    }

    private RivalLock held(DistributedLock lock) {
        return new Held(lock.name(), () -> lock.acquire(options));
    }

    @Override
    public long leaseLeftMillis(String name) {
        return mortise.lock(name).inspect().holders().stream()
                .map(LockInfo.Holder::expiresIn)
                .mapToLong(left -> left.map(Duration::toMillis).orElse(Long.MAX_VALUE))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        mortise.close();
    }

    private interface Acquiring {
        Lease acquire() throws InterruptedException;
    }

    private static final class Held implements RivalLock {
        private final String name;
        private final Acquiring acquiring;
        private @Nullable Lease lease;

        private Held(String name, Acquiring acquiring) {
            this.name = name;
            this.acquiring = acquiring;
        }

        @Override
        public void acquire() throws InterruptedException {
            lease = acquiring.acquire();
        }

        @Override
        public void release() {
            if (lease == null) {
                throw new IllegalStateException(name + " is not held");
            }
            ReleaseOutcome outcome = lease.release();
            lease = null;
            if (outcome != ReleaseOutcome.RELEASED) {
                throw new IllegalStateException("the release of " + name + " came out as " + outcome);
            }
        }
    }
}
