package dev.mortise.cli.admin;

import dev.mortise.LockProvider;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.RedisExtension;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class StandaloneCommandsTest extends AdminCommands {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    LockProvider connect() {
        return RedisMortise.connect(redis.uri());
    }

    @Override
    List<String> where() {
        return List.of("--redis", redis.uri());
    }
}
