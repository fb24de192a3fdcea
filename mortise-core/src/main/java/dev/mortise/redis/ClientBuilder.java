package dev.mortise.redis;

import dev.mortise.DeadlockException;
import dev.mortise.DeadlockVictim;
import dev.mortise.Durability;
import dev.mortise.LockEvent;
import dev.mortise.LockListener;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.Listeners;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.script.Keys;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.SslOptions;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a client has on every deployment. Values are checked together when the client is built. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract sealed class ClientBuilder<B extends ClientBuilder<B>> permits RedisMortise.Builder, QuorumBuilder {
    private String keyPrefix = "mortise";
    private String clientName = "";
    private Duration lease = Duration.ofSeconds(30);
    private int maxWaiters = 10_000;
    private DeadlockSettings deadlocks = DeadlockSettings.USUAL;
    private InsightSettings insight = InsightSettings.USUAL;
    private Duration janitor = Duration.ZERO;
    private @Nullable SslOptions tls;
    private @Nullable RedisCredentialsProvider credentials;
    private @Nullable RedisCredentialsProvider sentinelCredentials;
    private @Nullable Listeners listeners;
    private @Nullable Executor callbackExecutor;
    private @Nullable ClientResources resources;

    ClientBuilder() {}

    /** This builder. */
    abstract B self();

    /** What every key begins with; {@code mortise} by default. Clients with different prefixes do not meet. */
    public final B keyPrefix(String keyPrefix) {
        this.keyPrefix = Objects.requireNonNull(keyPrefix, "keyPrefix");
        return self();
    }

    /** The name of this client, shown beside its holders and waiters; up to 64 letters, digits and _ . : / - @. */
    public final B clientName(String clientName) {
        this.clientName = Objects.requireNonNull(clientName, "clientName");
        return self();
    }

    /** The lease of acquires whose options name none; 30 s by default. */
    public final B lease(Duration lease) {
        this.lease = Objects.requireNonNull(lease, "lease");
        return self();
    }

    /** How many may wait for one lock before it answers QueueFullException; 10,000 by default. */
    public final B maxWaiters(int maxWaiters) {
        this.maxWaiters = maxWaiters;
        return self();
    }

    /**
     * The provider of user and password, asked each time that a connection is opened, also after a break. For
     * logins that change, such as those of a vault or a cloud. In place of user info in the URI, or in all of them. It is asked in the
     * background, and may block for as long as opening a connection may take (one answer's time, at least 2 s);
     * if it takes longer, that connection is not opened, and another attempt follows. With one that streams, open
     * connections log in anew with what it brings. From plain code: {@link RedisCredentialsProvider#from}.
     */
    public final B credentials(RedisCredentialsProvider credentials) {
        this.credentials = Objects.requireNonNull(credentials, "credentials");
        return self();
    }

    /** As {@link #credentials}, for the sentinels themselves; in place of {@code sentinelPassword} in a URI. */
    public final B sentinelCredentials(RedisCredentialsProvider credentials) {
        this.sentinelCredentials = Objects.requireNonNull(credentials, "credentials");
        return self();
    }

    /** Trust and keys for {@code rediss}; without it, those of the Java runtime. */
    public final B tls(SslOptions tls) {
        this.tls = Objects.requireNonNull(tls, "tls");
        return self();
    }

    /**
     * Threads, timers, metrics and tracing of Lettuce, in place of those that this client makes for itself. They are shared and
     * never shut down here. A client of Lettuce that you give has its own: then these are not used, and are refused. With
     * shared threads, requests of many threads are not combined into few flushes.
     */
    public final B clientResources(ClientResources resources) {
        this.resources = Objects.requireNonNull(resources, "resources");
        return self();
    }

    /** Hears what happens to locks of this client. Each listener hears every event; one that throws keeps no other from it. */
    public final B listener(LockListener listener) {
        listeners = Listeners.add(listeners, Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Where the listener and the bodies of {@code callAsync} run; by default on daemon threads of this client,
     * which starts more when all of them block. It is shared and never shut down here. A task that it refuses runs
     * on a thread of this client; it must not drop any. Futures are completed on other threads, so that no loss
     * waits for it: give it to {@code thenAcceptAsync} and the like for the code that you add to them.
     */
    public final B callbackExecutor(Executor callbackExecutor) {
        this.callbackExecutor = Objects.requireNonNull(callbackExecutor, "callbackExecutor");
        return self();
    }

    /**
     * How long a wait has lasted before it is looked at for a deadlock; 1 s by default, from 100 ms to an hour. A wait that ends
     * before that, and one whose owner holds nothing, costs nothing. A deadlock is found within 2 s after that. Owners are
     * threads, or what {@link dev.mortise.AcquireOptions#owner} names; see {@link DeadlockException}.
     */
    public final B deadlockCheckAfter(Duration deadlockCheckAfter) {
        deadlocks = deadlocks.after(deadlockCheckAfter);
        return self();
    }

    /** Whose wait ends in a deadlock; {@link DeadlockVictim#YOUNGEST} by default. Give all clients of one prefix the same. */
    public final B deadlockVictim(DeadlockVictim victim) {
        deadlocks = deadlocks.ending(Objects.requireNonNull(victim, "victim"));
        return self();
    }

    /** Deadlocks are not looked for. The waits and holds of this client are seen by no other client either. */
    public final B noDeadlockDetection() {
        deadlocks = deadlocks.off();
        return self();
    }

    /**
     * How long a wait has lasted before it is told as slow, by a line in the log and a {@link LockEvent.SlowWait}; 30 s by default,
     * from 100 ms to a day. By then the usual lease of a holder that died before the wait began is over.
     * Told later by up to a quarter of that time and a second, as clients whose waits began together do not ask together. Told
     * again after as long, then after twice as long, and so on; of all waits for one lock in this client, only the one that
     * began first. A wait that is shorter costs nothing, and a report costs the same however many wait.
     */
    public final B slowWaitAfter(Duration slowWaitAfter) {
        insight = insight.slowWaitsAfter(slowWaitAfter);
        return self();
    }

    /** No wait is told as slow. */
    public final B noSlowWaitReports() {
        insight = insight.withoutSlowWaits();
        return self();
    }

    /**
     * How long a lease has been held before that is told, by a warning in the log and a {@link LockEvent.LongHold}; never by
     * default, as some leases are meant to be held for long. From 100 ms to a day. Told within a second after that, and again when the
     * lease has been held twice as long, and so on. {@link #captureStacks} makes it say where the lease was acquired.
     */
    public final B longHoldAfter(Duration longHoldAfter) {
        insight = insight.longHoldsAfter(longHoldAfter);
        return self();
    }

    /**
     * Each lease remembers the calls that have led to its acquire; of an asynchronous one, those of the thread that has begun it.
     * They are told of a lease that is held for long, was dropped, or is still held when the client is closed; the innermost 32 of
     * them. Off by default: it costs each acquire some microseconds, with deep stacks some tens, and each lease some kilobytes.
     */
    public final B captureStacks() {
        insight = insight.capturingStacks();
        return self();
    }

    /**
     * Lets this client collect what is stale, about so often, as
     * {@link dev.mortise.admin.LockAdmin#collectStale} does with the default policy. Off by default. Of all clients with the same
     * prefix that have a janitor, one a period does the work, for which it holds the lock {@code mortise.janitor}. If it cannot be
     * done, that is logged once, and tried again. It ends with {@code close()}, which does not wait for it.
     *
     * @param period from 1 s to a day; some minutes are usual
     */
    public final B janitor(Duration period) {
        if (period.isZero()) {
            throw new IllegalArgumentException("janitor must be from 1 s to a day, was " + period);
        }
        this.janitor = period;
        return self();
    }

    final Keys keys() {
        return new Keys(keyPrefix);
    }

    final Duration lease() {
        return lease;
    }

    final Optional<SslOptions> tls() {
        return Optional.ofNullable(tls);
    }

    final boolean sharesResources() {
        return resources != null;
    }

    final Logins logins() {
        return new Logins(Optional.ofNullable(credentials), Optional.ofNullable(sentinelCredentials));
    }

    final @Nullable Listeners listeners() {
        return listeners;
    }

    /** @param answer how long one answer may take */
    final Opening opening(Duration answer) {
        return new Opening(clientName, answer, tls, logins(), callbackExecutor, resources);
    }

    /**
     * What the engine is told.
     *
     * @param answer how long one answer may take
     */
    final ClientConfig config(
            Duration answer, Duration quietPeriod, int mostHandOffs, Duration longestHandOffs, Durability durability) {
        return new ClientConfig(
                clientName,
                lease,
                answer,
                maxWaiters,
                quietPeriod,
                mostHandOffs,
                longestHandOffs,
                durability,
                deadlocks,
                insight,
                janitor);
    }
}
