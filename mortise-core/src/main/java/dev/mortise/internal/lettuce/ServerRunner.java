package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.script.ScriptText;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server, or whichever one Sentinel names. */
final class ServerRunner implements ScriptRunner {
    /*
     * A connection that breaks is opened again by Lettuce, by way of Sentinel where there is one. It does not tell why
     * it cannot, so we try, too, once a request has met the break. Some do not break: the other side is frozen or cut
     * off, or goes on as somebody's replica. So both connections are replaced when one of them is suspect: new ones are
     * opened and subscribed first, then they take over, and the former are closed a time-out later, when whatever they
     * still carry is answered or unknown. A suspect that answers meanwhile stays. A server that Sentinel has replaced
     * may go on answering as if nothing had happened, so that is watched for: see SentinelWatch. Each time one Sentinel
     * says so the connections are replaced, as the others may still give the former address; after the last of them has
     * said so, no one does.
     */
    private static final Logger log = LoggerFactory.getLogger(ServerRunner.class);
    private static final Pattern MODE = Pattern.compile("(?m)^(?:redis|server)_mode:(\\w+)");
    private static final long SHORTEST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 3_000;
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SETTLED = TimeUnit.SECONDS.toNanos(10);

    private final ConnectionSource source;
    private final Openings<Opened> openings;
    private final Openings<StatefulRedisConnection<String, String>> extra;
    private final Outage outage;
    private final ReplicatedCalls copied;
    private final Time time;
    private final long timeoutMillis;
    private final long limitNanos;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Runnable> reconnectActions = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable ConnectionPair> current = new AtomicReference<>();
    private final Set<ConnectionPair> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean replacing = new AtomicBoolean();

    /** How often another server became the one to connect to. */
    private final AtomicInteger moves = new AtomicInteger();

    /** How many of them had come before the current connections were opened. Written by whoever replaces those. */
    private volatile int openedAfter;

    private final CompletableFuture<Boolean> firstTried = new CompletableFuture<>();

    // Written by whoever replaces, one at a time.
    private volatile long firstPause = SHORTEST_PAUSE_MILLIS;
    private volatile long replacedAt;

    /** Whether keys of different slots were refused; once true stays true. */
    private volatile boolean isBySlot;

    /** Once true stays true. */
    private volatile boolean closed;

    private ServerRunner(ConnectionSource source, Time time, Duration timeout) {
        this.source = source;
        this.time = time;
        this.limitNanos = Lettuce.openingLimit(timeout);
        this.openings =
                new Openings<>(this::open, opened -> opened.connections().close(), time, limitNanos);
        this.extra = new Openings<>(source::openOne, StatefulConnection::closeAsync, time, limitNanos);
        this.outage = new Outage(source.server());
        this.copied = new ReplicatedCalls(extra::next, source.timer());
        this.timeoutMillis = timeout.toMillis();
        this.replacedAt = time.nanos() - SETTLED;
    }

    /**
     * Blocks until connected.
     *
     * @throws dev.mortise.internal.store.StoreException when the server cannot be reached or refuses
     */
    static ServerRunner connected(ConnectionSource source, Time time, Duration timeout) {
        ServerRunner runner = new ServerRunner(source, time, timeout);
        source.watch(runner::moved);
        try {
            runner.takeOver(Await.result(runner.openings.next(Lettuce.firstLimit(timeout))));
            runner.lookForMoves();
            return runner;
        } catch (RuntimeException e) {
            runner.openings.close();
            throw Failures.connecting(e);
        }
    }

    /** Connects in the background, now or when the server can be reached. */
    static ServerRunner connecting(ConnectionSource source, Time time, Duration timeout) {
        ServerRunner runner = new ServerRunner(source, time, timeout);
        runner.replacing.set(true);
        time.background().execute(() -> {
            source.watch(runner::moved);
            runner.replace(() -> false, SHORTEST_PAUSE_MILLIS, Lettuce.firstLimit(timeout));
        });
        return runner;
    }

    /** Completes when connecting was tried for the first time, with whether it is connected. */
    CompletableFuture<Boolean> firstTried() {
        return firstTried;
    }

    @Override
    public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
        ConnectionPair lines = current.get();
        return lines == null
                ? CompletableFuture.failedFuture(Failures.notConnected(outage.reason()))
                : runOn(lines.commands(), script, keys, args);
    }

    @Override
    public CompletableFuture<Object> runBySource(Script script, List<String> keys, List<String> args) {
        ConnectionPair lines = current.get();
        if (lines == null) {
            return CompletableFuture.failedFuture(Failures.notConnected(outage.reason()));
        }
        ScriptCall call = call(lines.commands(), script, keys, args);
        call.sendSource();
        return call;
    }

    @Override
    public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
        ConnectionPair lines = current.get();
        if (lines == null || !lines.isInboxAnswering()) {
            return run(script, keys, args);
        }
        return runOn(lines.inbox(), script, keys, args).exceptionallyCompose(failure -> {
            if (Failures.isForMessagesOnly(failure)) {
                lines.inboxFailed();
                return run(script, keys, args);
            }
            if (Failures.isUnanswered(failure)) {
                lines.inboxFailed();
            }
            return Failures.classify(failure).effect() == Effect.NONE
                    ? run(script, keys, args)
                    : CompletableFuture.failedFuture(failure);
        });
    }

    @Override
    public CompletableFuture<Optional<Object>> runTogether(Script script, List<String> keys, List<String> args) {
        if (isBySlot && keys.size() > 1) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return run(script, keys, args)
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> Failures.isOfManySlots(failure)
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    @Override
    public CompletableFuture<ReplicatedReply> runCopied(
            Script script, List<String> keys, List<String> args, RequiredCopies wanted) {
        return copied.run(text(script), keys, args, wanted);
    }

    @Override
    public boolean hasAllKeys() {
        return !isBySlot;
    }

    @Override
    public CompletableFuture<Void> subscribe(String channel, Listener listener) {
        Subscription subscription = new Subscription(channel, new Watched(listener));
        subscriptions.add(subscription);
        ConnectionPair lines = current.get();
        if (lines == null) {
            return CompletableFuture.failedFuture(Failures.notConnected(outage.reason()));
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
    public CompletableFuture<String> setting(String name) {
        return asked(lines -> lines.setting(name));
    }

    @Override
    public boolean mayMove() {
        return source.mayMove();
    }

    @Override
    public CompletableFuture<String> mode() {
        return asked(lines -> lines.info("server")).thenApply(info -> {
            Matcher mode = MODE.matcher(info);
            return mode.find() ? mode.group(1) : "";
        });
    }

    private CompletableFuture<String> asked(Function<ConnectionPair, CompletableFuture<String>> question) {
        ConnectionPair lines = current.get();
        if (lines == null) {
            return CompletableFuture.completedFuture("");
        }
        CompletableFuture<String> result =
                question.apply(lines).exceptionally(notTold -> "").copy();
        Timeout limit = source.timer().newTimeout(expired -> result.complete(""), timeoutMillis, TimeUnit.MILLISECONDS);
        result.whenComplete((done, failure) -> limit.cancel());
        return result;
    }

    @Override
    public String whyNot(String key) {
        return outage.reason();
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
        openings.close();
        extra.close();
        CompletableFuture.allOf(open.stream().map(ConnectionPair::close).toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> source.close());
    }

    private CompletableFuture<Object> runOn(
            ScriptConnection line, Script script, List<String> keys, List<String> args) {
        ScriptCall call = call(line, script, keys, args);
        call.send();
        return call;
    }

    /** Behind an address may be many nodes, which take keys of one slot at a time, and count listeners each for itself. */
    private ScriptText text(Script script) {
        return isBySlot ? script.onCluster() : script.text();
    }

    private ScriptCall call(ScriptConnection line, Script script, List<String> keys, List<String> args) {
        ScriptCall call = new ScriptCall(
                line,
                source.timer(),
                timeoutMillis,
                text(script),
                keys.toArray(String[]::new),
                args.toArray(String[]::new));
        if (keys.size() > 1 && !isBySlot) {
            call.whenComplete((reply, failure) -> {
                if (failure != null && Failures.isOfManySlots(failure)) {
                    isBySlot = true;
                }
            });
        }
        return call;
    }

    /**
     * An address may be given to another server while one of the two connections lives on. What is granted over one would not
     * be found over the other: so the server that takes commands is asked whether it has us as a listener.
     */
    private void lookForParted(boolean isSecondLook) {
        ConnectionPair lines = current.get();
        if (lines == null || isBySlot || closed) {
            return;
        }
        for (Subscription subscription : subscriptions) {
            runOn(lines.commands(), Script.HEARS, List.of(), List.of(subscription.channel()))
                    .whenComplete((listeners, failure) -> {
                        if (failure != null) {
                            if (!isSecondLook) {
                                time.schedule(LOOK_AGAIN, () -> lookForParted(true));
                            }
                            return;
                        }
                        // Drivers may show a number as a list of one.
                        boolean nobody = listeners.equals(0L) || listeners.equals(List.of(0L));
                        if (!nobody || current.get() != lines || !lines.hears(subscription)) {
                            return;
                        }
                        if (isSecondLook) {
                            log.warn("The two connections lead to different servers; they are being replaced");
                            suspect(lines, () -> false);
                        } else {
                            time.schedule(LOOK_AGAIN, () -> lookForParted(true));
                        }
                    });
        }
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

    private void suspect(ConnectionPair who, BooleanSupplier healed) {
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
                lookForParted(false);
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
        lookForParted(false);
        if (closed) {
            current.set(null);
            drop(next);
        } else if (before != null) {
            replacedAt = time.nanos();
            copied.forgetIdle();
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

    /** Passes all on, and looks at the pair of connections whenever one of them is new. */
    private final class Watched implements Listener {
        private final Listener listener;

        private Watched(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void message(String text) {
            listener.message(text);
        }

        @Override
        public void subscribed() {
            listener.subscribed();
            lookForParted(false);
        }

        @Override
        public void resubscribed() {
            listener.resubscribed();
            lookForParted(false);
        }

        @Override
        public void unheard() {
            listener.unheard();
        }
    }
}
