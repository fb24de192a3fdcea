package dev.mortise.internal.lettuce;

import dev.mortise.internal.time.Time;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How Lettuce is set up where it is ours: no command is ever repeated by it, and few flushes serve many threads. */
final class Lettuce {
    private static final Logger log = LoggerFactory.getLogger(Lettuce.class);

    private static final int REQUEST_QUEUE = 100_000;

    /** What opening a connection may take at least, however short answers have to be: a cold JVM is slow at it. */
    private static final Duration LEAST_TO_CONNECT = Duration.ofSeconds(2);

    private Lettuce() {}

    static ClientResources resources() {
        return ClientResources.builder()
                .nettyCustomizer(new CombinedFlushes())
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(1), Duration.ofMillis(500), 10, TimeUnit.MILLISECONDS))
                .build();
    }

    /** Sets what both kinds of client need. */
    static void configure(ClientOptions.Builder options, Duration timeout, Optional<SslOptions> ssl) {
        options.autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(REQUEST_QUEUE)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(toConnect(timeout))
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build());
        ssl.ifPresent(options::sslOptions);
    }

    /** Gives it our time to connect and, unless it has one, the name that the server lists its connections by. */
    static RedisURI prepared(RedisURI uri, Duration timeout, String clientName) {
        uri.setTimeout(toConnect(timeout));
        uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(toConnect(timeout)));
        if (!clientName.isEmpty() && uri.getClientName() == null) {
            uri.setClientName(clientName);
        }
        return uri;
    }

    /** Runs what blocks where that is allowed. */
    static <T> CompletableFuture<T> inBackground(Time time, Supplier<T> blocking) {
        CompletableFuture<T> result = new CompletableFuture<>();
        time.background().execute(() -> {
            try {
                result.complete(blocking.get());
            } catch (RuntimeException | Error failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Somebody else's client keeps its options. */
    static void adviseOn(ClientOptions shared) {
        if (shared.getDisconnectedBehavior() != DisconnectedBehavior.REJECT_COMMANDS) {
            log.info(
                    "The shared client repeats commands after a reconnect (disconnectedBehavior={}); locks stay correct,"
                            + " REJECT_COMMANDS fails faster",
                    shared.getDisconnectedBehavior());
        }
    }

    private static Duration toConnect(Duration timeout) {
        return timeout.compareTo(LEAST_TO_CONNECT) < 0 ? LEAST_TO_CONNECT : timeout;
    }
}
