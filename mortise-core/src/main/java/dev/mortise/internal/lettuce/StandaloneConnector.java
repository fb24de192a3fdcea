package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.StoreException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the two connections of a client to a standalone server. Blocks until both are up, or fails. */
public final class StandaloneConnector {
    private static final Logger log = LoggerFactory.getLogger(StandaloneConnector.class);

    private static final int REQUEST_QUEUE = 100_000;

    /** What opening a connection may take at least, however short answers have to be: a cold JVM is slow at it. */
    private static final Duration LEAST_TO_CONNECT = Duration.ofSeconds(2);

    private StandaloneConnector() {}

    /**
     * With a client of our own, which is shut down with the runner.
     *
     * @throws StoreException when the server cannot be reached or refuses
     */
    public static ScriptRunner connect(RedisURI uri, Duration timeout, Optional<SslOptions> ssl, String clientName) {
        ClientResources resources = resources();
        RedisClient client = RedisClient.create(resources, uri);
        Runnable shutdown = () -> client.shutdownAsync(0, 1, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> resources.shutdown(0, 1, TimeUnit.SECONDS));
        try {
            client.setOptions(options(timeout, ssl));
            return connect(client, Optional.of(withName(uri, timeout, clientName)), timeout, Optional.of(shutdown));
        } catch (RuntimeException e) {
            shutdown.run();
            throw e;
        }
    }

    /**
     * With somebody else's client, whose options, addresses and life are theirs.
     *
     * @throws StoreException when the server cannot be reached or refuses
     */
    public static ScriptRunner connect(RedisClient shared, Duration timeout) {
        if (shared.getOptions().getDisconnectedBehavior() != DisconnectedBehavior.REJECT_COMMANDS) {
            log.info(
                    "The shared RedisClient repeats commands after a reconnect (disconnectedBehavior={}); locks stay"
                            + " correct, REJECT_COMMANDS fails faster",
                    shared.getOptions().getDisconnectedBehavior());
        }
        return connect(shared, Optional.empty(), timeout, Optional.empty());
    }

    private static ScriptRunner connect(
            RedisClient client, Optional<RedisURI> uri, Duration timeout, Optional<Runnable> shutdown) {
        StatefulRedisConnection<String, String> commands = null;
        try {
            commands = uri.isPresent() ? client.connect(StringCodec.UTF8, uri.get()) : client.connect(StringCodec.UTF8);
            StatefulRedisPubSubConnection<String, String> inbox = uri.isPresent()
                    ? client.connectPubSub(StringCodec.UTF8, uri.get())
                    : client.connectPubSub(StringCodec.UTF8);
            StatefulRedisConnection<String, String> opened = commands;
            Runnable onClose = shutdown.orElse(() -> {
                opened.closeAsync();
                inbox.closeAsync();
            });
            Timer timer = client.getResources().timer();
            CopiedCalls copied = new CopiedCalls(MoreConnections.of(client, uri), timer);
            return new StandaloneRunner(commands, inbox, copied, timer, timeout, onClose);
        } catch (RedisException e) {
            if (commands != null) {
                commands.closeAsync();
            }
            throw Failures.connecting(e);
        }
    }

    /** For a client of our own. */
    static ClientResources resources() {
        return ClientResources.builder()
                .nettyCustomizer(new CombinedFlushes())
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(1), Duration.ofMillis(500), 10, TimeUnit.MILLISECONDS))
                .build();
    }

    private static ClientOptions options(Duration timeout, Optional<SslOptions> ssl) {
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(REQUEST_QUEUE)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(toConnect(timeout))
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build());
        ssl.ifPresent(options::sslOptions);
        return options.build();
    }

    private static Duration toConnect(Duration timeout) {
        return timeout.compareTo(LEAST_TO_CONNECT) < 0 ? LEAST_TO_CONNECT : timeout;
    }

    private static RedisURI withName(RedisURI uri, Duration timeout, String clientName) {
        RedisURI copy = RedisURI.builder(uri).withTimeout(toConnect(timeout)).build();
        if (!clientName.isEmpty() && uri.getClientName() == null) {
            copy.setClientName(clientName);
        }
        return copy;
    }
}
