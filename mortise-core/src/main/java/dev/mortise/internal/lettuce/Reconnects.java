package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import java.net.SocketAddress;

/** Runs an action each time one connection is up again. Called on an I/O thread. */
final class Reconnects implements RedisConnectionStateListener {
    private final Runnable action;

    Reconnects(Runnable action) {
        this.action = action;
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        action.run();
    }
}
