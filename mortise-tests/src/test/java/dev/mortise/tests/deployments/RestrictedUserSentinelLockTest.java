package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.SentinelExtension;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RestrictedUserSentinelLockTest extends DistributedLockContract {
    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    @BeforeAll
    static void makeTheUsers() {
        for (RedisProcess node : sentinels.deployment().nodes()) {
            boolean isSentinel = sentinels.deployment().sentinels().contains(node);
            node.command(
                    DocumentedUser.command(isSentinel ? DocumentedUser.SENTINEL : DocumentedUser.WITH_QUIET_PERIOD));
        }
    }

    @AfterAll
    static void nothingWasDenied() {
        sentinels.deployment().nodes().forEach(DocumentedUser::wasDeniedNothing);
    }

    @Override
    protected Mortise open(ClientSettings settings) {
        int port = sentinels.deployment().sentinels().get(0).port();
        return Clients.of(settings)
                .uri(DocumentedUser.uri(port).replace("redis:", "redis-sentinel:") + "/0?sentinelUser="
                        + DocumentedUser.WATCHER + "&sentinelPassword=" + DocumentedUser.ENCODED + "#"
                        + sentinels.deployment().masterName())
                .keyPrefix(DocumentedUser.PREFIX)
                .quietPeriod(Duration.ofMinutes(5))
                .build();
    }
}
