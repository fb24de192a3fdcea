package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import java.net.SocketAddress;

/** Runs an action each time one connection is up again, and another when it broke. Called on an I/O thread. */
final class Reconnects implements RedisConnectionStateListener {
    private final Runnable action;
    private final Runnable broken;

    Reconnects(Runnable action) {
        this(action, () -> {});
    }

    Reconnects(Runnable action, Runnable broken) {
        this.action = action;
        this.broken = broken;
    }

    @Override
    public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
        action.run();
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        broken.run();
    }
}
