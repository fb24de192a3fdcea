package dev.mortise.benchmarks.rival;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** In the mode in which who releases tells who waits, and without renewal, which it does only with a scheduler of the user's. */
final class SpringRival implements Rival {
    private static final String KEYS = "spring";

    private final LettuceConnectionFactory connections;
    private final RedisLockRegistry registry;

    SpringRival(String uri, RivalLease terms) {
        this.connections = new LettuceConnectionFactory(address(uri));
        connections.afterPropertiesSet();
        connections.start();
        this.registry = new RedisLockRegistry(connections, KEYS, terms.lease());
        registry.setRedisLockType(RedisLockType.PUB_SUB_LOCK);
    }

    private static RedisStandaloneConfiguration address(String uri) {
        URI parsed = URI.create(uri);
        return new RedisStandaloneConfiguration(parsed.getHost(), parsed.getPort());
    }

    @Override
    public RivalLock lock(String name) {
        return new Held(registry.obtain(name));
    }

    @Override
    public long leaseLeftMillis(String name) {
        return new StringRedisTemplate(connections).getExpire(KEYS + ":" + name, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        registry.destroy();
        connections.destroy();
    }

    private record Held(Lock lock) implements RivalLock {
        @Override
        public void acquire() throws InterruptedException {
            lock.lockInterruptibly();
        }

        @Override
        public void release() {
            lock.unlock();
        }
    }
}
