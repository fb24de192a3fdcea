package dev.mortise.cli.admin;

import dev.mortise.LockProvider;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.ClusterExtension;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClusterCommandsTest extends AdminCommands {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    private static String node() {
        return cluster.deployment().nodes().get(0).uri();
    }

    @Override
    LockProvider connect() {
        return RedisMortise.builder().cluster(node()).build();
    }

    @Override
    List<String> where() {
        return List.of("--redis", node());
    }
}
