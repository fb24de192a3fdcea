package dev.mortise.testkit;

import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at servers that may be down, and waits until what it sees is as wanted. */
final class Probe {
    private static final Duration REPLY = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(25);

    private Probe() {}

    /** The reply, or null when there is none or an error. */
    static @Nullable Object ask(RedisProcess server, String... command) {
        if (!server.isAlive()) {
            return null;
        }
        try (RespClient client = server.connect(REPLY)) {
            return client.command(command);
        } catch (UncheckedIOException | RespErrorException noAnswer) {
            return null;
        }
    }

    /** As {@link #ask}, as text; empty without. */
    static String text(RedisProcess server, String... command) {
        Object reply = ask(server, command);
        return reply == null ? "" : reply.toString();
    }

    /** The elements of the reply, those of a map as names and values in turn; empty without. */
    static List<?> list(RedisProcess server, String... command) {
        return ask(server, command) instanceof List<?> list ? list : List.of();
    }

    /** The fields of INFO replication; empty without an answer. */
    static Map<String, String> replication(RedisProcess server) {
        return ServerInfo.parse(text(server, "INFO", "replication"));
    }

    /** Whether the server is a replica of the one with this port, and has all its data. */
    static boolean isLinked(RedisProcess replica, int masterPort) {
        Map<String, String> fields = replication(replica);
        return "slave".equals(fields.get("role"))
                && Integer.toString(masterPort).equals(fields.get("master_port"))
                && "up".equals(fields.get("master_link_status"));
    }

    /**
     * Blocks until the condition holds.
     *
     * @throws IllegalStateException when it does not in 60 seconds
     */
    static void await(String what, BooleanSupplier condition, Supplier<String> state) {
        if (!Polling.until(LONG, POLL, condition)) {
            throw new IllegalStateException(what + " did not come about in " + LONG + ": " + state.get());
        }
    }
}
