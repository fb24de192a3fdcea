package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The driver may look for what became of a login after the server has refused it and the channel is gone. */
class LoginOutcomeTest {
    private static final String REFUSAL = "WRONGPASS invalid username-password pair or user is disabled.";

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

    LoginOutcomeTest() throws IOException {
        Thread refusing = new Thread(this::refuse, "refusing");
        refusing.setDaemon(true);
        refusing.start();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void a_login_that_was_refused_before_the_driver_looks_says_why() {
        assertThat(failure(new OwnChannels()::afterChannelInitialized)).isEqualTo(REFUSAL);
    }

    @Test
    void of_a_shared_client_it_says_as_much_as_is_known() {
        assertThat(failure(channel -> {}))
                .isEqualTo("the server ended the connection during the login; the driver came too late to see why");
    }

    private String failure(Consumer<Channel> setup) {
        ClientResources resources =
                ClientResources.builder().nettyCustomizer(new Late(setup)).build();
        RedisClient client = RedisClient.create(resources);
        try {
            RedisURI uri = RedisURI.builder()
                    .withHost(server.getInetAddress().getHostAddress())
                    .withPort(server.getLocalPort())
                    .withAuthentication("app", "secret")
                    .withTimeout(Duration.ofSeconds(20))
                    .build();
            RuntimeException failure =
                    catchThrowableOfType(RuntimeException.class, () -> client.connect(StringCodec.UTF8, uri));
            return String.valueOf(Failures.connecting(failure).getMessage());
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
            resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    private void refuse() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                if (socket.getInputStream().read() >= 0) {
                    socket.getOutputStream().write(("-" + REFUSAL + "\r\n").getBytes(StandardCharsets.UTF_8));
                    while (socket.getInputStream().read() >= 0) {
                        // Until the driver has closed it.
                    }
                }
            } catch (IOException closed) {
                // The next one, or the test is over.
            }
        }
    }

    /** Tells the driver that it is connected when the channel is closed and its handlers are gone. */
    private record Late(Consumer<Channel> setup) implements NettyCustomizer {
        @Override
        public void afterChannelInitialized(Channel channel) {
            setup.accept(channel);
            channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void connect(
                        ChannelHandlerContext context, SocketAddress to, SocketAddress from, ChannelPromise connected) {
                    context.connect(to, from, channel.newPromise());
                    channel.closeFuture()
                            .addListener(closed -> channel.eventLoop()
                                    .schedule(() -> connected.trySuccess(), 50, TimeUnit.MILLISECONDS));
                }
            });
        }
    }
}
