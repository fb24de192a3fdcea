package dev.mortise.cli;

import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisFence;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import io.lettuce.core.RedisClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Loads what the commands load, while the launcher has the JVM record it for its class data archive. */
@Command(name = "warm", hidden = true, description = "Used by the launcher.")
final class WarmCommand implements Callable<Integer> {
    @Override
    public Integer call() throws InterruptedException {
        try (RedisProcess server = RedisProcess.start();
                Mortise mortise = RedisMortise.connect(server.uri());
                Lease lease = mortise.lock("warm").acquire()) {
            RedisClient client = RedisClient.create(server.uri());
            RedisFence.of(client.connect()).set("warm", "1", lease);
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return Cli.execute(nowhere, nowhere, "run", "--help") + Cli.execute(nowhere, nowhere, "demo", "--help");
    }
}
