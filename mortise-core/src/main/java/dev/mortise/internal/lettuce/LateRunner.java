package dev.mortise.internal.lettuce;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.ScanPage;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.RequiredCopies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to servers that may not be there yet: it is opened in the background, and tried again until it is open. */
public final class LateRunner implements ScriptRunner {
    /*
     * Overview. The way itself is opened by a blocking function, one attempt at a time, on a background thread. Once it is
     * open, everything goes to it, and it looks after breaks by itself.
     *
     * Until the first attempt has ended, requests wait for that, for a time-out at most: so a client whose server is there
     * works at once. After an attempt that failed they fail with its reason, until one succeeds.
     *
     * What was subscribed and what is to run after a break is kept until then.
     */
    private static final Logger log = LoggerFactory.getLogger(LateRunner.class);
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(100, 5000);

    private final Supplier<ScriptRunner> opener;
    private final Time time;
    private final long timeoutNanos;
    private final Deployment deployment;
    private final String server;
    private final Outage outage;
    private final Backoff backoff;
    private final ReentrantLock guard = new ReentrantLock();

    /** What waits for the way. Guarded by {@link #guard}; emptied when it is open. */
    private final List<Runnable> actions = new ArrayList<>();

    /** As {@link #actions}. */
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** Completes when the first attempt has ended. */
    private final CompletableFuture<Void> tried = new CompletableFuture<>();

    /** Set once, under {@link #guard}. */
    private volatile @Nullable ScriptRunner way;

    /** Why the last attempt failed; null = none did. */
    private volatile @Nullable RuntimeException failure;

    /** Once true stays true. Written under {@link #guard}. */
    private volatile boolean closed;

    /**
     * @param opener blocks until the way is open and what is there was looked at; throws what keeps it from that
     * @param timeoutNanos how long a request waits for the first attempt
     * @param server for the log
     */
    public LateRunner(
            Supplier<ScriptRunner> opener, Time time, long timeoutNanos, Deployment deployment, String server) {
        this.opener = opener;
        this.time = time;
        this.timeoutNanos = timeoutNanos;
        this.deployment = deployment;
        this.server = server;
        this.outage = new Outage(server);
        this.backoff = new Backoff(time, PAUSES);
    }

    /** Begins to open the way. */
    public void start() {
        time.background().execute(this::attempt);
    }

    private void attempt() {
        try {
            if (!closed) {
                opened(opener.get());
            }
        } catch (RuntimeException | Error e) {
            failure = Failures.opening(e);
            outage.failed(e);
            if (!closed) {
                time.schedule(backoff.nextNanos(), () -> time.background().execute(this::attempt));
            }
        } finally {
            tried.complete(null);
        }
    }

    private void opened(ScriptRunner runner) {
        List<Runnable> todo;
        List<Subscription> wanted;
        guard.lock();
        try {
            if (closed) {
                runner.close();
                return;
            }
            todo = List.copyOf(actions);
            wanted = List.copyOf(subscriptions);
            actions.clear();
            subscriptions.clear();
            way = runner;
        } finally {
            guard.unlock();
        }
        // One may have been tried before, in vain.
        todo.forEach(action -> evenIfItFails(() -> {
            runner.onReconnect(action);
            action.run();
        }));
        wanted.forEach(each -> evenIfItFails(
                () -> runner.subscribe(each.channel(), each.listener()).exceptionally(notYet -> {
                    log.debug("Messages do not come yet", notYet);
                    return null;
                })));
        outage.over();
    }

    /** The way is open from here on, whatever goes wrong with that. */
    private static void evenIfItFails(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            log.warn("What is to be done when the server is reached has failed", e);
        }
    }

    /** On the way, now or when the first attempt has opened it. */
    private <T> CompletableFuture<T> on(Function<ScriptRunner, CompletableFuture<T>> request) {
        ScriptRunner open = way;
        if (open != null) {
            return request.apply(open);
        }
        if (tried.isDone()) {
            return CompletableFuture.failedFuture(notOpen());
        }
        CompletableFuture<Void> soon = tried.copy();
        Time.Timer limit = time.schedule(timeoutNanos, () -> soon.complete(null));
        return soon.thenCompose(done -> {
            limit.cancel();
            ScriptRunner now = way;
            return now != null ? request.apply(now) : CompletableFuture.failedFuture(notOpen());
        });
    }

    private RuntimeException notOpen() {
        RuntimeException why = failure;
        return why != null ? why : Failures.notConnected(notYet());
    }

    private String notYet() {
        return tried.isDone() ? outage.reason() : "it is being connected";
    }

    @Override
    public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
        return on(runner -> runner.run(script, keys, args));
    }

    @Override
    public CompletableFuture<Object> runBySource(Script script, List<String> keys, List<String> args) {
        return on(runner -> runner.runBySource(script, keys, args));
    }

    @Override
    public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
        return on(runner -> runner.runApart(script, keys, args));
    }

    @Override
    public CompletableFuture<Optional<Object>> runTogether(Script script, List<String> keys, List<String> args) {
        return on(runner -> runner.runTogether(script, keys, args));
    }

    @Override
    public CompletableFuture<ReplicatedReply> runCopied(
            Script script, List<String> keys, List<String> args, RequiredCopies wanted) {
        return on(runner -> runner.runCopied(script, keys, args, wanted));
    }

    @Override
    public CompletableFuture<Optional<String>> pop(List<String> keys, long millis) {
        return on(runner -> runner.pop(keys, millis));
    }

    /** As long as nothing is known, it is taken for many. */
    @Override
    public boolean hasAllKeys() {
        ScriptRunner open = way;
        return open != null && open.hasAllKeys();
    }

    @Override
    public CompletableFuture<ScanPage> scan(String pattern, String cursor) {
        return on(runner -> runner.scan(pattern, cursor));
    }

    @Override
    public CompletableFuture<Void> subscribe(String channel, Listener listener) {
        guard.lock();
        try {
            if (way == null) {
                subscriptions.add(new Subscription(channel, listener));
                return CompletableFuture.failedFuture(notOpen());
            }
        } finally {
            guard.unlock();
        }
        return on(runner -> runner.subscribe(channel, listener));
    }

    @Override
    public CompletableFuture<String> setting(String name) {
        ScriptRunner open = way;
        return open != null ? open.setting(name) : CompletableFuture.completedFuture("");
    }

    @Override
    public CompletableFuture<String> mode() {
        ScriptRunner open = way;
        return open != null ? open.mode() : CompletableFuture.completedFuture("");
    }

    @Override
    public Deployment deployment() {
        return deployment;
    }

    @Override
    public List<KnownServer> servers() {
        ScriptRunner open = way;
        return open != null ? open.servers() : List.of(new KnownServer(server, "", false, 0, notYet()));
    }

    @Override
    public List<ServerProbe> probes() {
        ScriptRunner open = way;
        return open != null ? open.probes() : List.of();
    }

    @Override
    public boolean mayMove() {
        return deployment == Deployment.SENTINEL;
    }

    @Override
    public String whyNot(String key) {
        ScriptRunner open = way;
        return open != null ? open.whyNot(key) : notYet();
    }

    @Override
    public void onReconnect(Runnable action) {
        guard.lock();
        try {
            if (way == null) {
                actions.add(action);
                return;
            }
        } finally {
            guard.unlock();
        }
        on(runner -> {
            runner.onReconnect(action);
            return CompletableFuture.completedFuture(null);
        });
    }

    @Override
    public void close() {
        ScriptRunner open;
        guard.lock();
        try {
            closed = true;
            open = way;
        } finally {
            guard.unlock();
        }
        tried.complete(null);
        if (open != null) {
            open.close();
        }
    }
}
