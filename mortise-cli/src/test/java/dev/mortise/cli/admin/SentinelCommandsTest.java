package dev.mortise.cli.admin;

import dev.mortise.LockProvider;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.SentinelExtension;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class SentinelCommandsTest extends AdminCommands {
    @RegisterExtension
    static final SentinelExtension sentinel = SentinelExtension.create();

    @Override
    LockProvider connect() {
        return RedisMortise.connect(sentinel.uri());
    }

    @Override
    List<String> where() {
        return List.of("--redis", sentinel.uri());
    }
}
