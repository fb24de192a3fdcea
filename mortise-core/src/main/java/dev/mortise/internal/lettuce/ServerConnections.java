package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pair of connections to one server, or to the one that Sentinel names, and what is subscribed to there. Replaces a pair
 * that is broken, silent, or leads to the wrong server. Thread-safe; blocks on background threads only.
 */
final class ServerConnections {
    /*
     * Overview.
     *
     * A connection that breaks is opened again by Lettuce, by way of Sentinel where there is one. It does not tell why
     * it cannot, so it is tried here, too, once a request has met the break. Some do not break: the other side is frozen or cut
     * off, or goes on as a replica of another. So both connections are replaced when one of them is suspect: new ones are
     * opened and subscribed first, then they take over, and the former are closed a time-out later, when whatever they
     * still carry is answered or unknown. A suspect that answers meanwhile stays. A server that Sentinel has replaced
     * may go on answering as if nothing had happened, so that is watched for: see SentinelWatch. The connections are
     * replaced each time one Sentinel names another master, as the other Sentinels may still give the former address.
     * After the last of them has named it, none does.
     */
    private static final Logger log = LoggerFactory.getLogger(ServerConnections.class);
    private static final long SHORTEST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 3_000;
    private static final long SETTLED = TimeUnit.SECONDS.toNanos(10);

    private final ConnectionSource source;
    private final Openings<Opened> openings;
    private final Outage outage;
    private final Time time;
    private final long timeoutMillis;
    private final long limitNanos;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Runnable> reconnectActions = new CopyOnWriteArrayList<>();

    /** Called when a pair is new, or one of its connections is. Set before the first pair is opened. */
    private final Runnable onNewConnection;

    /** Called when a pair has taken the place of another. */
    private final Runnable onReplaced;

    /** The pair in use; null = not connected. */
    private final AtomicReference<@Nullable ConnectionPair> current = new AtomicReference<>();

    /** All that are not closed yet. */
    private final Set<ConnectionPair> open = ConcurrentHashMap.newKeySet();

    /** Whether a pair is being opened in place of the current one, by one thread at a time. */
    private final AtomicBoolean replacing = new AtomicBoolean();

    /** How often another server became the one to connect to. */
    private final AtomicInteger moves = new AtomicInteger();

    /** How many of them had come before the current connections were opened. Written by the thread that replaces those. */
    private volatile int openedAfter;

    /** Completes when connecting was tried for the first time, with whether it is connected. */
    private final CompletableFuture<Boolean> firstTried = new CompletableFuture<>();

    /** The pause before the next pair is opened. Written by the thread that replaces. */
    private volatile long firstPause = SHORTEST_PAUSE_MILLIS;

    /** When the current pair took the place of another, ns. Written by the thread that replaces. */
    private volatile long replacedAt;

    /** Once true stays true. */
    private volatile boolean closed;

    ServerConnections(
            ConnectionSource source, Time time, Duration timeout, Runnable onNewConnection, Runnable onReplaced) {
        this.source = source;
        this.time = time;
        this.limitNanos = Lettuce.openingLimit(timeout);
        this.openings =
                new Openings<>(this::open, opened -> opened.connections().close(), time, limitNanos);
        this.outage = new Outage(source.server());
        this.timeoutMillis = timeout.toMillis();
        this.replacedAt = time.nanos() - SETTLED;
        this.onNewConnection = onNewConnection;
        this.onReplaced = onReplaced;
    }

    /**
     * Blocks until connected.
     *
     * @throws dev.mortise.internal.store.StoreException when the server cannot be reached or refuses
     */
    void connect(Duration timeout) {
        source.watch(this::moved);
        try {
            takeOver(Await.result(openings.next(Lettuce.firstLimit(timeout))));
            lookForMoves();
        } catch (RuntimeException e) {
            openings.close();
            throw Failures.connecting(e);
        }
    }

    /** Connects in the background, now or when the server can be reached. */
    void connectInBackground(Duration timeout) {
        replacing.set(true);
        time.background().execute(() -> {
            source.watch(this::moved);
            replace(() -> false, SHORTEST_PAUSE_MILLIS, Lettuce.firstLimit(timeout));
        });
    }

    /** Completes when connecting was tried for the first time, with whether it is connected. */
    CompletableFuture<Boolean> firstTried() {
        return firstTried;
    }

    /** The pair in use; null when not connected. */
    @Nullable
    ConnectionPair current() {
        return current.get();
    }

    /** Why there is none. */
    String whyNot() {
        return outage.reason();
    }

    List<Subscription> subscriptions() {
        return subscriptions;
    }

    void onReconnect(Runnable action) {
        reconnectActions.add(action);
    }

    boolean isClosed() {
        return closed;
    }

    /** From here on it is not connected. To be called before {@link #close}, which ends the rest. */
    void stop() {
        closed = true;
        firstTried.complete(false);
        current.set(null);
    }

    void close() {
        openings.close();
        CompletableFuture.allOf(open.stream().map(ConnectionPair::close).toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> source.close());
    }

    private void moved() {
        moves.incrementAndGet();
        lookForMoves();
    }

    /** Whatever was opened before the last move may lead to the former server. */
    private void lookForMoves() {
        ConnectionPair lines = current.get();
        if (lines != null && moves.get() != openedAfter) {
            suspect(lines, () -> false);
        }
    }

    /** Both are tried as before: the other one may have been suspect as well, and is again if it is silent. */
    private void healed() {
        ConnectionPair lines = current.get();
        if (lines != null) {
            lines.tryInboxAgain();
        }
        firstTried.complete(lines != null);
        connected();
    }

    private void connected() {
        outage.over();
        openings.forget();
        endReplacing();
    }

    private void endReplacing() {
        replacing.set(false);
        lookForMoves();
    }

    /** Replaces that pair if it is in use, unless it has healed by then. */
    void suspect(ConnectionPair who, BooleanSupplier healed) {
        if (!closed && current.get() == who && replacing.compareAndSet(false, true)) {
            log.debug("A connection is broken, does not answer, or leads to no master; it is being replaced");
            // What was replaced a moment ago, and leads to no better place, is left alone for longer and longer.
            boolean again = time.nanos() - replacedAt < SETTLED;
            firstPause = again ? Math.min(2 * firstPause, LONGEST_PAUSE_MILLIS) : SHORTEST_PAUSE_MILLIS;
            try {
                replaceIn(firstPause, healed);
            } catch (RuntimeException | Error e) {
                replacing.set(false);
                throw e;
            }
        }
    }

    private void replaceIn(long pauseMillis, BooleanSupplier healed) {
        long jittered = pauseMillis / 2 + time.random(pauseMillis);
        long next = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        time.schedule(TimeUnit.MILLISECONDS.toNanos(jittered), () -> {
            try {
                time.background().execute(() -> replace(healed, next, limitNanos));
            } catch (RuntimeException | Error noThread) {
                log.debug("Not tried, as no thread can be started", noThread);
                replaceIn(next, healed);
            }
        });
    }

    /** Blocks. */
    private void replace(BooleanSupplier healed, long pauseMillis, long mostNanos) {
        if (closed || healed.getAsBoolean()) {
            healed();
            return;
        }
        List<Subscription> missed = List.copyOf(subscriptions);
        try {
            Opened opened = Await.result(openings.next(mostNanos));
            if (healed.getAsBoolean()) {
                opened.connections().close();
                healed();
                return;
            }
            takeOver(opened);
        } catch (RuntimeException | Error e) {
            if (!closed && !healed.getAsBoolean()) {
                outage.failed(e);
            }
            log.debug("Not connected", e);
            firstTried.complete(false);
            replaceIn(pauseMillis, healed);
            return;
        }
        firstTried.complete(true);
        connected();
        log.debug("Connected anew");
        reconnectActions.forEach(Runnable::run);
        missed.forEach(subscription -> subscription.listener().resubscribed());
    }

    /** Blocks until the new connections hear what the former ones heard. */
    private void takeOver(Opened opened) {
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        ConnectionPair next =
                new ConnectionPair(opened.connections(), time, timeoutNanos, this::suspect, outage::reason);
        open.add(next);
        try {
            for (Subscription subscription : subscriptions) {
                Hearing.await(next.subscribe(subscription), time, timeoutNanos);
            }
        } catch (RuntimeException | Error e) {
            drop(next);
            throw new RedisException("not subscribed again", e);
        }
        next.onReconnect(() -> {
            if (current.get() == next) {
                onNewConnection.run();
                reconnectActions.forEach(Runnable::run);
            }
        });
        openedAfter = opened.movesBefore();
        ConnectionPair before = current.getAndSet(next);
        if (before != null) {
            before.retire();
        }
        // Those that came meanwhile.
        subscriptions.forEach(next::subscribe);
        onNewConnection.run();
        if (closed) {
            current.set(null);
            drop(next);
        } else if (before != null) {
            replacedAt = time.nanos();
            onReplaced.run();
            time.schedule(TimeUnit.MILLISECONDS.toNanos(timeoutMillis), () -> drop(before));
        }
    }

    private void drop(ConnectionPair lines) {
        lines.close();
        open.remove(lines);
    }

    /** Blocks. */
    private Opened open() {
        int seen = moves.get();
        return new Opened(source.open(), seen);
    }

    /** Connections, and how often another server had become the one to connect to when opening them began. */
    private record Opened(OpenedConnections connections, int movesBefore) {}
}
