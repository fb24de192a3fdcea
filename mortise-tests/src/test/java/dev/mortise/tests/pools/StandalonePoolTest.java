package dev.mortise.tests.pools;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.RedisExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

final class StandalonePoolTest extends PoolTests {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    Mortise open() {
        return RedisMortise.connect(redis.uri());
    }
}
