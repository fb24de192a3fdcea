package dev.mortise.benchmarks.rival;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** What people write by hand. */
final class LettuceRival implements Rival {
    private static final String COMPARE_AND_DELETE =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final RedisCommands<String, String> redis;
    private final SetArgs ifAbsent;
    private final String sha;

    LettuceRival(String uri, RivalLease terms) {
        this.client = RedisClient.create(uri);
        this.connection = client.connect();
        this.redis = connection.sync();
        this.ifAbsent = SetArgs.Builder.nx().px(terms.millis());
        this.sha = redis.digest(COMPARE_AND_DELETE);
    }

    @Override
    public RivalLock lock(String name) {
        return new Held(name);
    }

    @Override
    public long leaseLeftMillis(String name) {
        return redis.pttl(name);
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }

    private final class Held implements RivalLock {
        private final String[] keys;
        private String value = "";

        private Held(String name) {
            this.keys = new String[] {name};
        }

        @Override
        public void acquire() throws InterruptedException {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            value = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
            while (redis.set(keys[0], value, ifAbsent) == null) {
                Thread.sleep(1);
            }
        }

        @Override
        public void release() {
            Long deleted;
            try {
                deleted = redis.evalsha(sha, ScriptOutputType.INTEGER, keys, value);
            } catch (RedisNoScriptException unknown) {
                deleted = redis.eval(COMPARE_AND_DELETE, ScriptOutputType.INTEGER, keys, value);
            }
            if (deleted != 1) {
                throw new IllegalStateException(keys[0] + " was lost");
            }
        }
    }
}
