package dev.mortise.redis;

import dev.mortise.Durability;
import dev.mortise.LockListener;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.InteropClient;
import dev.mortise.internal.client.Listeners;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.internal.interop.InteropStore;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.Place;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.LockLayout;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Collects settings of a client of locks as another library keeps them; values are checked together by {@link #build()}. Not
 * thread-safe.
 */
public final class InteropBuilder {
    private static final int MAX_WAITERS = 10_000;
    private static final String SAMPLE = "name";

    private final LockLayout layout;
    private @Nullable Target target;
    private String clientName = "";
    private Duration lease = Duration.ofSeconds(30);
    private Duration commandTimeout = Duration.ofSeconds(2);
    private InsightSettings insight = InsightSettings.USUAL.withoutSlowWaits();
    private @Nullable SslOptions tls;
    private @Nullable RedisCredentialsProvider credentials;
    private @Nullable RedisCredentialsProvider sentinelCredentials;
    private @Nullable Executor callbackExecutor;
    private @Nullable ClientResources resources;
    private @Nullable Listeners listeners;

    InteropBuilder(LockLayout layout) {
        this.layout = Objects.requireNonNull(layout, "layout");
    }

    /** Where the server is, or its sentinels are; see {@link RedisMortise#connect(String)}, whose default is that of this, too. */
    public InteropBuilder uri(String uri) {
        return to(new Target.Address(RedisUris.parse(List.of(Objects.requireNonNull(uri, "uri")))));
    }

    /** Some nodes of a Cluster, of which one at least can be reached. */
    public InteropBuilder cluster(String... seeds) {
        return to(new Target.Address(RedisUris.parseCluster(List.of(seeds))));
    }

    /** Uses a client you have, made with an address; it is shared and never closed here. */
    public InteropBuilder client(RedisClient client) {
        return to(new Target.SharedClient(Objects.requireNonNull(client, "client")));
    }

    /** Uses a client of a Cluster that you have; it is shared and never closed here. */
    public InteropBuilder client(RedisClusterClient client) {
        return to(new Target.SharedClusterClient(Objects.requireNonNull(client, "client")));
    }

    /** The name of the connections, as the server lists them; up to 64 letters, digits and _ . : / - @. */
    public InteropBuilder clientName(String clientName) {
        this.clientName = Objects.requireNonNull(clientName, "clientName");
        return this;
    }

    /** The lease of acquires whose options name none, which is the time to live of the key; 30 s by default. */
    public InteropBuilder lease(Duration lease) {
        this.lease = Objects.requireNonNull(lease, "lease");
        return this;
    }

    /** How long one answer of the server may take; 2 s by default, and at most a sixth of the lease. */
    public InteropBuilder commandTimeout(Duration commandTimeout) {
        this.commandTimeout = Objects.requireNonNull(commandTimeout, "commandTimeout");
        return this;
    }

    /** Trust and keys for connections by TLS, as {@link ClientBuilder#tls}. */
    public InteropBuilder tls(SslOptions tls) {
        this.tls = Objects.requireNonNull(tls, "tls");
        return this;
    }

    /** The provider of user and password, as {@link ClientBuilder#credentials}. */
    public InteropBuilder credentials(RedisCredentialsProvider credentials) {
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        return this;
    }

    /** The same for the sentinels themselves, as {@link ClientBuilder#sentinelCredentials}. */
    public InteropBuilder sentinelCredentials(RedisCredentialsProvider credentials) {
        this.sentinelCredentials = Objects.requireNonNull(credentials, "credentials");
        return this;
    }

    /** Where the listener runs, as {@link ClientBuilder#callbackExecutor}. */
    public InteropBuilder callbackExecutor(Executor callbackExecutor) {
        this.callbackExecutor = Objects.requireNonNull(callbackExecutor, "callbackExecutor");
        return this;
    }

    /** The threads of the driver, as {@link ClientBuilder#clientResources}. */
    public InteropBuilder clientResources(ClientResources clientResources) {
        this.resources = Objects.requireNonNull(clientResources, "clientResources");
        return this;
    }

    /** Hears what happens, as {@link ClientBuilder#listener}; fencing tokens in events mean nothing here. May be called more than once. */
    public InteropBuilder listener(LockListener listener) {
        listeners = Listeners.add(listeners, Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** How long a lease has been held before that is told, as {@link ClientBuilder#longHoldAfter}. */
    public InteropBuilder longHoldAfter(Duration longHoldAfter) {
        insight = insight.longHoldsAfter(longHoldAfter);
        return this;
    }

    /** Each lease remembers the calls that have led to its acquire, as {@link ClientBuilder#captureStacks}. */
    public InteropBuilder captureStacks() {
        insight = insight.capturingStacks();
        return this;
    }

    /**
     * Connects. Blocks until all connections are up.
     *
     * @throws IllegalArgumentException when settings are wrong or contradict each other
     * @throws LockUnavailableException when the server cannot be reached
     */
    public InteropLocks build() {
        Target where = target == null ? new Target.Address(RedisUris.parse(List.of(RedisMortise.LOCAL))) : target;
        Logins logins = new Logins(Optional.ofNullable(credentials), Optional.ofNullable(sentinelCredentials));
        if (tls != null && !where.isMadeHere()) {
            throw new IllegalArgumentException("client and tls exclude each other: the client has its own");
        }
        if (resources != null && !where.isMadeHere()) {
            throw new IllegalArgumentException("client and clientResources exclude each other: the client has its own");
        }
        where.checkBeside(logins);
        ClientConfig config = new ClientConfig(
                clientName,
                lease,
                commandTimeout,
                MAX_WAITERS,
                Duration.ZERO,
                0,
                Duration.ZERO,
                Durability.none(),
                DeadlockSettings.USUAL.off(),
                insight,
                Duration.ZERO);
        Opening opening = new Opening(clientName, commandTimeout, tls, logins, callbackExecutor, resources);
        return opening.runPlain(where, new Place(keys(), QuietMarker.none()), runner -> {
            InteropStore store =
                    new InteropStore(runner, layout, opening.time(), commandTimeout.toNanos(), InteropClient.host());
            return InteropClient.open(store, layout, opening.time(), config, listeners);
        });
    }

    /** Some that begin as those of the locks do, so that their user may use them. */
    private Keys keys() {
        String key = layout.key(SAMPLE);
        String start = key.endsWith(SAMPLE) ? key.substring(0, key.length() - SAMPLE.length()) : "";
        try {
            return new Keys(start.endsWith(":") ? start.substring(0, start.length() - 1) : start);
        } catch (IllegalArgumentException notAPrefix) {
            return new Keys("mortise");
        }
    }

    private InteropBuilder to(Target where) {
        if (target != null) {
            throw new IllegalArgumentException("uri, cluster and client exclude each other, and are given once");
        }
        target = where;
        return this;
    }
}
