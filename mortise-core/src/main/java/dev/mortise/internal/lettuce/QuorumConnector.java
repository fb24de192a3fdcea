package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.script.ScriptRunner;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Opens the way to the nodes of a quorum, in the background: some may be down, and are connected when they are there. Those
 * given by address share one Lettuce client. Not thread-safe.
 */
public final class QuorumConnector {
    private final Connector settings;
    private final List<CompletableFuture<Boolean>> tried = new ArrayList<>();
    private @Nullable OwnClient own;

    QuorumConnector(Connector settings) {
        this.settings = settings;
    }

    /** How long what a client does when it opens may take, where nodes have that long to answer. */
    public static Duration openingTime(Duration nodeTimeout) {
        return Duration.ofNanos(Lettuce.firstLimit(nodeTimeout));
    }

    /** One server, or the master that Sentinel names. Returns at once. */
    public ScriptRunner node(RedisURI uri) {
        if (own == null) {
            own = new OwnClient(settings);
        }
        return begun(own.to(uri));
    }

    /** By somebody else's client. Returns at once. */
    public ScriptRunner node(RedisClient shared) {
        return begun(OwnClient.shared(shared, settings.timeout()));
    }

    /**
     * Blocks until connecting was tried for every node, or a majority is connected and the others had a time-out for it.
     * Not interruptible.
     */
    public void awaitFirst() {
        CompletableFuture<Void> all = CompletableFuture.allOf(tried.toArray(CompletableFuture<?>[]::new));
        CompletableFuture<Void> enough = new CompletableFuture<>();
        all.whenComplete((done, failure) -> enough.complete(null));
        settings.time().schedule(2 * settings.timeout().toNanos(), () -> whenMost(() -> enough.complete(null)));
        Await.result(enough);
    }

    private void whenMost(Runnable action) {
        AtomicInteger connected = new AtomicInteger();
        tried.forEach(each -> each.thenAccept(is -> {
            if (is && connected.incrementAndGet() == tried.size() / 2 + 1) {
                action.run();
            }
        }));
    }

    private ScriptRunner begun(ConnectionSource source) {
        ServerRunner runner = ServerRunner.connecting(source, settings.time(), settings.timeout());
        tried.add(runner.firstTried());
        return runner;
    }
}
