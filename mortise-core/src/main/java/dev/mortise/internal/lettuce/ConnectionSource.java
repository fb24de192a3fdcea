package dev.mortise.internal.lettuce;

import dev.mortise.internal.diagnosis.ServerProbe.SentinelView;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Opens the connections to one server, as often as needed: where Sentinel names the server, to the one it names then. */
interface ConnectionSource {
    /**
     * Blocks until both are up; a shared client may try for long.
     *
     * @throws io.lettuce.core.RedisException when they do not come up
     */
    OpenedConnections open();

    /**
     * One more, for commands that nobody else's wait behind. Blocks until it is up.
     *
     * @throws io.lettuce.core.RedisException when it does not come up
     */
    StatefulRedisConnection<String, String> openOne();

    Timer timer();

    /** For the log: hosts and ports, and nothing of a login. */
    String server();

    /** Where the server is now, as far as is known: host and port, and nothing of a login. */
    default String address() {
        return server();
    }

    /** What each of those who name the server says of it; empty where nobody names it. Never fails. */
    default CompletableFuture<List<SentinelView>> sentinels() {
        return CompletableFuture.completedFuture(List.of());
    }

    /**
     * Tells, from now on and on an I/O thread, each time when another server is the one to connect to. Blocks until those who
     * know have been asked, and no longer than an answer may take.
     */
    default void watch(Runnable moved) {}

    /** Whether another server may become the one to connect to. */
    default boolean mayMove() {
        return false;
    }

    /** Nothing is opened any more. */
    void close();
}
