package dev.mortise.internal.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timer;

/** Opens the connections to one server, as often as needed: where Sentinel names the server, to the one it names then. */
interface ConnectionSource {
    /**
     * Blocks until both are up.
     *
     * @throws io.lettuce.core.RedisException when they do not come up
     */
    Connections open();

    /**
     * One more, for commands that nobody else's wait behind. Blocks until it is up.
     *
     * @throws io.lettuce.core.RedisException when it does not come up
     */
    StatefulRedisConnection<String, String> openOne();

    Timer timer();

    /** Nothing is opened any more. */
    void close();
}
