package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.CopiedReply;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.Copies;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.time.Time;
import io.lettuce.core.RedisException;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server, or whichever one Sentinel names. */
final class ServerRunner implements ScriptRunner {
    /*
     * A connection that breaks is opened again by Lettuce, by way of Sentinel where there is one. Some do not break: the
     * other side is frozen or cut off, or goes on as somebody's replica. So both connections are replaced when one of them is
     * suspect: new ones are opened and subscribed first, then they take over, and the former are closed a time-out later,
     * when whatever they still carry is answered or unknown. A suspect that answers meanwhile stays.
     */
    private static final Logger log = LoggerFactory.getLogger(ServerRunner.class);
    private static final long SHORTEST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final ConnectionSource source;
    private final CopiedCalls copied;
    private final Time time;
    private final long timeoutMillis;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Runnable> reconnectActions = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Lines> current = new AtomicReference<>();
    private final Set<Lines> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean replacing = new AtomicBoolean();

    private final CompletableFuture<Boolean> firstTried = new CompletableFuture<>();

    /** Why it was not connected when that was tried last. */
    private volatile String lastFailure = "";

    /** Once true stays true. */
    private volatile boolean closed;

    private ServerRunner(ConnectionSource source, Time time, Duration timeout) {
        this.source = source;
        this.time = time;
        this.copied =
                new CopiedCalls(() -> CompletableFuture.supplyAsync(source::openOne, time.callbacks()), source.timer());
        this.timeoutMillis = timeout.toMillis();
    }

    /**
     * Blocks until connected.
     *
     * @throws dev.mortise.internal.store.StoreException when the server cannot be reached or refuses
     */
    static ServerRunner connected(ConnectionSource source, Time time, Duration timeout) {
        ServerRunner runner = new ServerRunner(source, time, timeout);
        try {
            runner.takeOver(source.open());
            return runner;
        } catch (RedisException e) {
            throw Failures.connecting(e);
        }
    }

    /** Connects in the background, now or when the server can be reached. */
    static ServerRunner connecting(ConnectionSource source, Time time, Duration timeout) {
        ServerRunner runner = new ServerRunner(source, time, timeout);
        runner.replacing.set(true);
        time.callbacks().execute(() -> runner.replace(() -> false, SHORTEST_PAUSE_MILLIS));
        return runner;
    }

    /** Completes when connecting was tried for the first time, with whether it is connected. */
    CompletableFuture<Boolean> firstTried() {
        return firstTried;
    }

    @Override
    public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
        Lines lines = current.get();
        return lines == null
                ? CompletableFuture.failedFuture(Failures.notConnected(lastFailure))
                : runOn(lines.commands(), script, keys, args);
    }

    @Override
    public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
        Lines lines = current.get();
        if (lines == null || !lines.isInboxAnswering()) {
            return run(script, keys, args);
        }
        return runOn(lines.inbox(), script, keys, args).exceptionallyCompose(failure -> {
            Effect effect = Failures.classify(failure).effect();
            lines.inboxFailed(effect == Effect.REFUSED);
            return effect == Effect.NONE ? run(script, keys, args) : CompletableFuture.failedFuture(failure);
        });
    }

    @Override
    public CompletableFuture<CopiedReply> runCopied(
            Script script, List<String> keys, List<String> args, Copies wanted) {
        return copied.run(script.text(), keys, args, wanted);
    }

    @Override
    public boolean hasAllKeys() {
        return true;
    }

    @Override
    public boolean together(List<String> keys) {
        return true;
    }

    @Override
    public CompletableFuture<Void> subscribe(String channel, Listener listener) {
        Subscription subscription = new Subscription(channel, listener);
        subscriptions.add(subscription);
        Lines lines = current.get();
        if (lines == null) {
            return CompletableFuture.failedFuture(Failures.notConnected(lastFailure));
        }
        CompletableFuture<Void> result = lines.subscribe(subscription).copy();
        Timeout limit = source.timer()
                .newTimeout(
                        expired -> result.completeExceptionally(Failures.timedOut(timeoutMillis)),
                        timeoutMillis,
                        TimeUnit.MILLISECONDS);
        result.whenComplete((done, failure) -> limit.cancel());
        return result.exceptionallyCompose(failure -> CompletableFuture.failedFuture(Failures.classify(failure)));
    }

    @Override
    public void onReconnect(Runnable action) {
        reconnectActions.add(action);
    }

    @Override
    public void close() {
        closed = true;
        firstTried.complete(false);
        current.set(null);
        copied.close();
        CompletableFuture.allOf(open.stream().map(Lines::close).toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> source.close());
    }

    private CompletableFuture<Object> runOn(Line line, Script script, List<String> keys, List<String> args) {
        ScriptCall call = new ScriptCall(
                line,
                source.timer(),
                timeoutMillis,
                script.text(),
                keys.toArray(String[]::new),
                args.toArray(String[]::new));
        call.send();
        return call;
    }

    private void suspect(Lines who, BooleanSupplier healed) {
        if (!closed && current.get() == who && replacing.compareAndSet(false, true)) {
            log.debug("A connection does not answer, or its server is no master; it is being replaced");
            replaceIn(SHORTEST_PAUSE_MILLIS, healed);
        }
    }

    private void replaceIn(long pauseMillis, BooleanSupplier healed) {
        long jittered = pauseMillis / 2 + time.random(pauseMillis);
        long next = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        time.schedule(
                TimeUnit.MILLISECONDS.toNanos(jittered), () -> time.callbacks().execute(() -> replace(healed, next)));
    }

    /** Blocks. */
    private void replace(BooleanSupplier healed, long pauseMillis) {
        if (closed || healed.getAsBoolean()) {
            replacing.set(false);
            return;
        }
        List<Subscription> missed = List.copyOf(subscriptions);
        try {
            Connections opened = source.open();
            if (healed.getAsBoolean()) {
                opened.close();
                replacing.set(false);
                return;
            }
            takeOver(opened);
        } catch (RuntimeException e) {
            lastFailure = String.valueOf(Failures.opening(e).getMessage());
            log.debug("Not connected", e);
            firstTried.complete(false);
            replaceIn(pauseMillis, healed);
            return;
        }
        firstTried.complete(true);
        replacing.set(false);
        log.debug("Connected anew");
        reconnectActions.forEach(Runnable::run);
        missed.forEach(subscription -> subscription.listener().resubscribed());
    }

    /** Blocks until the new connections hear what the former ones heard. */
    private void takeOver(Connections opened) {
        Lines next = new Lines(opened, this::suspect);
        open.add(next);
        try {
            for (Subscription subscription : subscriptions) {
                next.subscribe(subscription).get(timeoutMillis, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            drop(next);
            throw new RedisException("not subscribed again", e);
        }
        next.onReconnect(() -> {
            if (current.get() == next) {
                reconnectActions.forEach(Runnable::run);
            }
        });
        Lines before = current.getAndSet(next);
        // Those that came meanwhile.
        subscriptions.forEach(next::subscribe);
        if (closed) {
            current.set(null);
            drop(next);
        } else if (before != null) {
            time.schedule(TimeUnit.MILLISECONDS.toNanos(timeoutMillis), () -> drop(before));
        }
    }

    private void drop(Lines lines) {
        lines.close();
        open.remove(lines);
    }
}
