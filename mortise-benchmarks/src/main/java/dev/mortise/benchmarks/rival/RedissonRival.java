package dev.mortise.benchmarks.rival;

import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.redisson.Redisson;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLock;
import org.redisson.api.RPermitExpirableSemaphore;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

final class RedissonRival implements Rival, ReadWriteRival, SemaphoreRival {
    private final RedissonClient client;
    private final RivalLease terms;
    private final BiFunction<RedissonClient, String, RLock> kind;

    RedissonRival(String uri, RivalLease terms, BiFunction<RedissonClient, String, RLock> kind) {
        Config config = new Config();
        config.useSingleServer().setAddress(uri);
        config.setLockWatchdogTimeout(terms.millis());
        this.client = Redisson.create(config);
        this.terms = terms;
        this.kind = kind;
    }

    @Override
    public RivalLock lock(String name) {
        RLock lock = kind.apply(client, name);
        return lock instanceof RFencedLock fenced ? new Fenced(fenced) : new Plain(lock);
    }

    @Override
    public RivalLock readLock(String name) {
        return new Plain(client.getReadWriteLock(name).readLock());
    }

    @Override
    public RivalLock writeLock(String name) {
        return new Plain(client.getReadWriteLock(name).writeLock());
    }

    @Override
    public RivalLock permit(String name, int permits) {
        RPermitExpirableSemaphore semaphore = client.getPermitExpirableSemaphore(name);
        semaphore.trySetPermits(permits);
        return new Permit(semaphore);
    }

    @Override
    public long leaseLeftMillis(String name) {
        return kind.apply(client, name).remainTimeToLive();
    }

    @Override
    public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
    }

    private final class Plain implements RivalLock {
        private final RLock lock;

        private Plain(RLock lock) {
            this.lock = lock;
        }

        @Override
        public void acquire() throws InterruptedException {
            if (terms.renewed()) {
                lock.lockInterruptibly();
            } else {
                lock.lockInterruptibly(terms.millis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void release() {
            lock.unlock();
        }
    }

    private final class Fenced implements RivalLock {
        private final RFencedLock lock;
        private long token;

        private Fenced(RFencedLock lock) {
            this.lock = lock;
        }

        @Override
        public void acquire() {
            long before = token;
            token = terms.renewed()
                    ? lock.lockAndGetToken()
                    : lock.lockAndGetToken(terms.millis(), TimeUnit.MILLISECONDS);
            if (token <= before) {
                throw new IllegalStateException("token " + token + " came after " + before);
            }
        }

        @Override
        public void release() {
            lock.unlock();
        }
    }

    private final class Permit implements RivalLock {
        private final RPermitExpirableSemaphore semaphore;
        private String id = "";

        private Permit(RPermitExpirableSemaphore semaphore) {
            this.semaphore = semaphore;
        }

        @Override
        public void acquire() throws InterruptedException {
            id = semaphore.acquire(terms.millis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void release() {
            semaphore.release(id);
        }
    }
}
