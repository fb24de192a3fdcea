package dev.mortise.internal.lettuce;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Sends what many threads ask for at about the same time in fewer writes: a flush waits for what is already queued on the
 * event loop, and for nothing else.
 */
public final class CombinedFlushes implements NettyCustomizer {
    /**
     * How many requests share a write at most. When all threads share one, the server has nothing to do until it comes and
     * they have nothing to do until it is answered; several in flight keep both sides at work.
     */
    static final int MOST = 4;

    @Override
    public void afterChannelInitialized(Channel channel) {
        channel.pipeline().addFirst(new FlushConsolidationHandler(MOST, true));
    }
}
