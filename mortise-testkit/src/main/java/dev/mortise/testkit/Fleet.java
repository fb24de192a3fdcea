package dev.mortise.testkit;

import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The processes of one deployment: all are closed, also when one of them does not start. */
final class Fleet implements AutoCloseable {
    private static final Duration GLANCE = Duration.ofMillis(200); // who answers so soon was not paused
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final String REPLICATION_MILLIS = "10000";

    private final List<RedisProcess> started = new ArrayList<>(); // the one thread that starts

    /** Starts one more. */
    RedisProcess start(RedisProcessBuilder settings) {
        RedisProcess server = settings.start();
        started.add(server);
        return server;
    }

    List<RedisProcess> servers() {
        return List.copyOf(started);
    }

    /** The one with this port. */
    RedisProcess byPort(int port) {
        return started.stream()
                .filter(server -> server.port() == port)
                .findAny()
                .orElseThrow(() -> new IllegalStateException("no server of this deployment has the port " + port));
    }

    /** Those that are part of this deployment. */
    void require(RedisProcess server) {
        if (!started.contains(server)) {
            throw new IllegalArgumentException("not of this deployment: " + server);
        }
    }

    /** Lets paused servers go on and has those restarted that do not answer then. */
    static void revive(List<RedisProcess> servers, Consumer<RedisProcess> restart) {
        for (RedisProcess server : servers) {
            if (!server.isAlive() || !(answers(server, GLANCE) || answersWhenResumed(server))) {
                restart.accept(server);
            }
        }
    }

    /**
     * Deletes all keys of a master and waits for its replicas.
     *
     * @return whether that succeeded: a failover may have come between
     */
    static boolean flush(RedisProcess master, int replicas) {
        try (RespClient client = master.connect()) {
            client.command("CLIENT", "UNPAUSE");
            client.command("FLUSHALL");
            return replicas == 0
                    || client.command("WAIT", Integer.toString(replicas), REPLICATION_MILLIS) instanceof Long reached
                            && reached >= replicas;
        } catch (UncheckedIOException | RespErrorException notMaster) {
            return false;
        }
    }

    private static boolean answersWhenResumed(RedisProcess server) {
        server.resume();
        return answers(server, ANSWER);
    }

    private static boolean answers(RedisProcess server, Duration timeout) {
        try (RespClient client = server.connect(timeout)) {
            client.command("PING");
            return true;
        } catch (UncheckedIOException | RespErrorException stuck) {
            return false;
        }
    }

    @Override
    public void close() {
        started.forEach(RedisProcess::close);
    }
}
