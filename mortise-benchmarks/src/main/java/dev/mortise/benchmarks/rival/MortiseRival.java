package dev.mortise.benchmarks.rival;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.redis.RedisMortise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

final class MortiseRival implements Rival, ReadWriteRival {
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(2);

    private final Mortise mortise;
    private final AcquireOptions options;

    MortiseRival(String uri, LeaseTerms terms) {
        Duration sixth = terms.lease().dividedBy(6);
        this.mortise = RedisMortise.builder()
                .uri(uri)
                .lease(terms.lease())
                .commandTimeout(sixth.compareTo(LONGEST_TIMEOUT) < 0 ? sixth : LONGEST_TIMEOUT)
                .build();
        AcquireOptions defaults = AcquireOptions.defaults();
        this.options = terms.renewed() ? defaults : defaults.renewal(Renewal.OFF);
    }

    @Override
    public RivalLock lock(String name) {
        return new Held(mortise.lock(name));
    }

    @Override
    public RivalLock readLock(String name) {
        return new Held(mortise.readWriteLock(name).readLock());
    }

    @Override
    public RivalLock writeLock(String name) {
        return new Held(mortise.readWriteLock(name).writeLock());
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

    private final class Held implements RivalLock {
        private final DistributedLock lock;
        private @Nullable Lease lease;

        private Held(DistributedLock lock) {
            this.lock = lock;
        }

        @Override
        public void acquire() throws InterruptedException {
            lease = lock.acquire(options);
        }

        @Override
        public void release() {
            Lease held = lease;
            lease = null;
            if (held == null || held.release() != ReleaseOutcome.RELEASED) {
                throw new IllegalStateException("the lease of " + lock.name() + " was lost");
            }
        }
    }
}
