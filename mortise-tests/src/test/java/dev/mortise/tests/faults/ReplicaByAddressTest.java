package dev.mortise.tests.faults;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server named by its own address that is somebody's replica by now. */
final class ReplicaByAddressTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void is_not_connected_to_again_and_again() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), Duration.ofSeconds(12));
        kept(client().lock("lock").acquire());
        for (int i = 0; i < 50; i++) {
            kept(client.lock("lock").acquireAsync(AcquireOptions.defaults()));
        }
        until("they wait", () -> !client.lock("lock").inspect().waiters().isEmpty());
        server().command("REPLICAOF", "127.0.0.1", "1");
        try {
            assertThat(Polling.until(Duration.ofSeconds(10), () -> proxy.connections() > 30))
                    .as("connections opened again and again")
                    .isFalse();
        } finally {
            server().command("REPLICAOF", "NO", "ONE");
        }
    }
}
