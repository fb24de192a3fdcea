package dev.mortise.internal.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How Lettuce is set up where it is ours: no command is ever repeated by it, and few flushes serve many threads. */
final class Lettuce {
    private static final Logger log = LoggerFactory.getLogger(Lettuce.class);

    private static final int REQUEST_QUEUE = 100_000;

    /** What opening a connection may take at least, however short answers have to be: a cold JVM is slow at it. */
    private static final Duration LEAST_TO_CONNECT = Duration.ofSeconds(2);

    private static final int FIRST = 10;

    private Lettuce() {}

    static ClientResources resources(Duration timeout) {
        return ClientResources.builder()
                .timer(Limits.timer(timeout))
                .nettyCustomizer(new OwnChannels())
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .reconnectDelay(
                        Delay.fullJitter(Duration.ofMillis(1), Duration.ofMillis(500), 10, TimeUnit.MILLISECONDS))
                .build();
    }

    /** Ends the threads of what {@link #resources} made. Never blocks. */
    static void shutdown(ClientResources resources) {
        resources
                .shutdown(0, 1, TimeUnit.SECONDS)
                .addListener(done -> resources.timer().stop());
    }

    /** Sets what both kinds of client need. */
    static void configure(ClientOptions.Builder options, Connector settings) {
        options.autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(REQUEST_QUEUE)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(toConnect(settings.timeout()))
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build());
        settings.ssl().ifPresent(options::sslOptions);
        if (settings.logins().stream()) {
            options.reauthenticateBehavior(ClientOptions.ReauthenticateBehavior.ON_NEW_CREDENTIALS);
        }
    }

    /**
     * Sets its time to connect, and the source of its logins. If it has no name that the server lists its connections by, sets
     * that too.
     */
    static RedisURI prepared(RedisURI uri, Connector settings) {
        Duration toConnect = toConnect(settings.timeout());
        Executor background = settings.time().background();
        uri.setTimeout(toConnect);
        settings.logins().servers().ifPresent(login -> uri.setCredentialsProvider(new AskedApart(login, background)));
        for (RedisURI sentinel : uri.getSentinels()) {
            sentinel.setTimeout(toConnect);
            settings.logins()
                    .sentinels()
                    .ifPresent(login -> sentinel.setCredentialsProvider(new AskedApart(login, background)));
        }
        String clientName = settings.clientName();
        if (!clientName.isEmpty() && uri.getClientName() == null) {
            uri.setClientName(clientName);
        }
        return uri;
    }

    /** Where it leads, without the login. */
    static String name(RedisURI uri) {
        return uri.getSentinels().isEmpty() ? "Redis at " + address(uri) : "the master " + uri.getSentinelMasterId();
    }

    /** Host and port, or path. */
    static String address(RedisURI uri) {
        return uri.getSocket() != null ? uri.getSocket() : uri.getHost() + ":" + uri.getPort();
    }

    /** How long one attempt to open connections may take, in ns, before another one begins. */
    static long openingLimit(Duration timeout) {
        return toConnect(timeout).toNanos();
    }

    /** The same for the first, in ns: by a shared client it may have to get past sentinels that are gone. */
    static long firstLimit(Duration timeout) {
        return FIRST * openingLimit(timeout);
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
