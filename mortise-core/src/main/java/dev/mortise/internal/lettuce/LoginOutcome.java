package dev.mortise.internal.lettuce;

import io.lettuce.core.protocol.ConnectionInitializer;
import io.lettuce.core.protocol.RedisHandshakeHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps what became of the login on a new connection until the driver asks for it. The driver looks for its handler of the login
 * in the pipeline, on the thread that connects or after it. By then the server may have refused the login, and a channel that is
 * closed has no handlers any more: the driver would only say that its own handler is missing. So the outcome takes its place.
 */
final class LoginOutcome extends ChannelHandlerAdapter {
    private final RedisHandshakeHandler login;

    private LoginOutcome(RedisHandshakeHandler login) {
        this.login = login;
    }

    /** To be called when the driver has added its handlers. */
    static void keep(Channel channel) {
        RedisHandshakeHandler login = channel.pipeline().get(RedisHandshakeHandler.class);
        if (login != null) {
            channel.pipeline().addLast(new LoginOutcome(login));
        }
    }

    /** The handlers of a closed channel are removed last first, so what is added behind this one stays. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (!context.channel().isOpen()) {
            context.pipeline().addLast(new Kept(login.channelInitialized()));
        }
    }

    /** Stands where the driver looks, and does nothing. */
    private static final class Kept extends RedisHandshakeHandler {
        private static final ConnectionInitializer NONE = channel -> CompletableFuture.completedFuture(null);

        private final CompletionStage<Void> outcome;

        private Kept(CompletionStage<Void> outcome) {
            super(NONE, null, Duration.ZERO);
            this.outcome = outcome;
        }

        @Override
        public CompletionStage<Void> channelInitialized() {
            return outcome;
        }
    }
}
