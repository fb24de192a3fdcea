package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.RedisExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("native-transport")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64") // what the native transport on the class path is for
final class UnixSocketLockTest extends DistributedLockContract {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().unixSocket());

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings).uri(redis.server().socketUri()).build();
    }
}
