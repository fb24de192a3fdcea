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
import java.util.List;
import picocli.CommandLine.Command;

/**
 * Loads what the commands load, while the launcher has the JVM record it for its class data archive. A class that is not loaded
 * here is found in the jar at each start, and verified.
 */
@Command(name = "warm", hidden = true, description = "Used by the launcher.")
final class WarmCommand implements Runnable {
    /** Those that are short and common; the server is added. */
    private static final List<List<String>> COMMANDS = List.of(
            List.of("run", "warm", "--wait", "0"),
            List.of("ls"),
            List.of("show", "warm"),
            List.of("show", "warm", "--json"),
            List.of("graph"),
            List.of("clients"),
            List.of("wait", "warm"),
            List.of("gc", "--dry-run"),
            List.of("doctor"));

    @Override
    public void run() {
        execute(List.of("--version"));
        Commands.NAMES.forEach(name -> execute(List.of(name, "--help")));
        execute(List.of("nonsense"));
        try (RedisProcess server = RedisProcess.start()) {
            COMMANDS.forEach(command -> execute(at(server, command)));
            fence(server);
        } catch (IllegalStateException e) {
            // No server can be started here; the archive is worth having without what only a server makes it load.
            execute(List.of("run", "warm", "--redis", "redis://127.0.0.1:1", "--", "true"));
        }
    }

    private static List<String> at(RedisProcess server, List<String> command) {
        List<String> all = new java.util.ArrayList<>(command);
        all.addAll(List.of("--redis", server.uri()));
        if (command.get(0).equals("run")) {
            all.addAll(List.of("--", "true"));
        }
        return all;
    }

    /** As the workers of the demo do. */
    private static void fence(RedisProcess server) {
        try (Mortise mortise = RedisMortise.connect(server.uri());
                Lease lease = mortise.lock("warm").acquire()) {
            RedisClient client = RedisClient.create(server.uri());
            RedisFence.of(client.connect()).set("warm", "1", lease);
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void execute(List<String> args) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        Cli.execute(nowhere, nowhere, args.toArray(String[]::new));
    }
}
