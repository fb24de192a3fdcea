package dev.mortise.internal.lettuce;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.ScanPage;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.script.ScriptText;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server, or the one that Sentinel names: runs scripts there. Its connections are those of {@link ServerConnections}. */
final class ServerRunner implements ScriptRunner {
    private static final Logger log = LoggerFactory.getLogger(ServerRunner.class);
    private static final Pattern MODE = Pattern.compile("(?m)^(?:redis|server)_mode:(\\w+)");
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(200);

    private final ConnectionSource source;
    private final ServerConnections connections;
    private final Openings<StatefulRedisConnection<String, String>> extra;
    private final ReplicatedCalls copied;
    private final BlockingPops pops;
    private final ServerScan scan;
    private final Time time;
    private final long timeoutMillis;

    /** Whether keys of different slots were refused; once true stays true. */
    private volatile boolean isBySlot;

    private ServerRunner(ConnectionSource source, Time time, Duration timeout) {
        this.source = source;
        this.time = time;
        this.timeoutMillis = timeout.toMillis();
        this.extra =
                new Openings<>(source::openOne, StatefulConnection::closeAsync, time, Lettuce.openingLimit(timeout));
        this.copied = new ReplicatedCalls(extra::next, source.timer());
        this.pops = new BlockingPops(extra::next, source.timer(), timeoutMillis);
        this.connections = new ServerConnections(source, time, timeout, () -> lookForParted(false), () -> {
            copied.forgetIdle();
            pops.forgetIdle();
        });
        this.scan = new ServerScan(connections, source.timer(), timeoutMillis);
    }

    /**
     * Blocks until connected.
     *
     * @throws dev.mortise.internal.store.StoreException when the server cannot be reached or refuses
     */
    static ServerRunner connected(ConnectionSource source, Time time, Duration timeout) {
        ServerRunner runner = new ServerRunner(source, time, timeout);
        runner.connections.connect(timeout);
        return runner;
    }

    /** Connects in the background, now or when the server can be reached. */
    static ServerRunner connecting(ConnectionSource source, Time time, Duration timeout) {
        ServerRunner runner = new ServerRunner(source, time, timeout);
        runner.connections.connectInBackground(timeout);
        return runner;
    }

    /** Completes when connecting was tried for the first time, with whether it is connected. */
    CompletableFuture<Boolean> firstTried() {
        return connections.firstTried();
    }

    @Override
    public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
        ConnectionPair lines = connections.current();
        return lines == null
                ? CompletableFuture.failedFuture(Failures.notConnected(connections.whyNot()))
                : runOn(lines.commands(), script, keys, args);
    }

    @Override
    public CompletableFuture<Object> runBySource(Script script, List<String> keys, List<String> args) {
        ConnectionPair lines = connections.current();
        if (lines == null) {
            return CompletableFuture.failedFuture(Failures.notConnected(connections.whyNot()));
        }
        ScriptCall call = call(lines.commands(), script, keys, args);
        call.sendSource();
        return call;
    }

    @Override
    public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
        ConnectionPair lines = connections.current();
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
    public CompletableFuture<Optional<String>> pop(List<String> keys, long millis) {
        return pops.pop(keys, millis);
    }

    @Override
    public boolean hasAllKeys() {
        return !isBySlot;
    }

    @Override
    public CompletableFuture<ScanPage> scan(String pattern, String cursor) {
        if (isBySlot) {
            return CompletableFuture.failedFuture(new StoreException(
                    Effect.REFUSED,
                    "what is on record cannot be listed here: behind this address are several nodes, and SCAN would tell of"
                            + " one of them only. Ask the Cluster itself, by RedisMortise.builder().cluster(...)",
                    null));
        }
        return scan.page(pattern, cursor);
    }

    @Override
    public CompletableFuture<Void> subscribe(String channel, Listener listener) {
        Subscription subscription = new Subscription(channel, new Watched(listener));
        connections.subscriptions().add(subscription);
        ConnectionPair lines = connections.current();
        if (lines == null) {
            return CompletableFuture.failedFuture(Failures.notConnected(connections.whyNot()));
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
    public Deployment deployment() {
        return source.mayMove() ? Deployment.SENTINEL : Deployment.STANDALONE;
    }

    @Override
    public List<KnownServer> servers() {
        String why = connections.whyNot();
        boolean isConnected = connections.current() != null && why.isEmpty();
        return List.of(new KnownServer(source.address(), "", isConnected, 0, why));
    }

    @Override
    public List<ServerProbe> probes() {
        ConnectionPair lines = connections.current();
        return List.of(ConnectionProbe.shared(
                source.address(),
                lines == null
                        ? CompletableFuture.failedFuture(Failures.notConnected(connections.whyNot()))
                        : CompletableFuture.completedFuture(lines.forQuestions()),
                source::sentinels,
                time,
                TimeUnit.MILLISECONDS.toNanos(timeoutMillis)));
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
        ConnectionPair lines = connections.current();
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
        return connections.whyNot();
    }

    @Override
    public void onReconnect(Runnable action) {
        connections.onReconnect(action);
    }

    @Override
    public void close() {
        connections.stop();
        copied.close();
        pops.close();
        extra.close();
        connections.close();
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
     * be found over the other: so the server that takes commands is asked whether this client listens there.
     */
    private void lookForParted(boolean isSecondLook) {
        ConnectionPair lines = connections.current();
        if (lines == null || isBySlot || connections.isClosed()) {
            return;
        }
        for (Subscription subscription : connections.subscriptions()) {
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
                        if (!nobody || connections.current() != lines || !lines.hears(subscription)) {
                            return;
                        }
                        if (isSecondLook) {
                            log.warn("The two connections lead to different servers; they are being replaced");
                            connections.suspect(lines, () -> false);
                        } else {
                            time.schedule(LOOK_AGAIN, () -> lookForParted(true));
                        }
                    });
        }
    }

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
