package dev.mortise.internal.lettuce;

import io.netty.util.Timer;

/** Opens the connections to one server, as often as needed: where Sentinel names the server, to the one it names then. */
interface ConnectionSource {
    /**
     * Blocks until both are up.
     *
     * @throws io.lettuce.core.RedisException when they do not come up
     */
    Connections open();

    Timer timer();

    /** Nothing is opened any more. */
    void close();
}
