package dev.mortise.internal.lettuce;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;

/** What each connection of a client of our own has besides what the driver gives it. */
final class OwnChannels implements NettyCustomizer {
    private final CombinedFlushes flushes = new CombinedFlushes();

    @Override
    public void afterChannelInitialized(Channel channel) {
        flushes.afterChannelInitialized(channel);
        LoginOutcome.keep(channel);
    }
}
