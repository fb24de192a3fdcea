package dev.mortise.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedLock;
import dev.mortise.LockListener;
import dev.mortise.Mortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.process.Polling;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What tests on a real server share. Everything that is opened is closed after the test, last first. */
public abstract class OnRedis {
    /** How long a condition may take; far more than it should. */
    protected static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    protected abstract RedisProcess server();

    @AfterEach
    protected void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    protected final <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    protected final RedisMortise.Builder builder() {
        return RedisMortise.builder().uri(server().uri());
    }

    protected final Mortise client() {
        return closing(builder().build());
    }

    protected final Mortise client(String uri, Duration lease) {
        return closing(RedisMortise.builder()
                .uri(uri)
                .lease(lease)
                .commandTimeout(lease.dividedBy(6))
                .build());
    }

    /** One that hands nothing on by itself, and has the time that is given; its connections have the usual one. */
    protected final Mortise client(StoppedTime time, Duration lease, @Nullable LockListener listener) {
        ScriptLockStore store = store(time.running(), "stopped");
        ClientConfig config = new ClientConfig("", lease, lease.dividedBy(6), 10_000, Duration.ZERO, 0, Duration.ZERO);
        return closing(LockClient.open(store, time, config, listener));
    }

    /** A connection that is used by no client; messages for that one are ignored. */
    protected final ScriptLockStore store(String clientId) {
        ScriptLockStore store = closing(store(closing(new SystemTime(clientId)), clientId));
        get(store.open(clientId, new IgnoringInbox()));
        return store;
    }

    private ScriptLockStore store(Time time, String name) {
        return new ScriptLockStore(
                new Connector(time, PATIENCE, Optional.empty(), name, Logins.NONE)
                        .server(RedisURI.create(server().host(), server().port())),
                new Keys("mortise"),
                QuietMarker.none());
    }

    /** Each client has said that it lives, and asks for nothing more by itself for a while. */
    protected final void untilAlive(int clients) {
        until(
                "they live",
                () -> keys().stream().filter(key -> key.contains(":client:")).count() == clients);
    }

    /** As a server that has seen every operation before. */
    protected final void loadScripts() {
        for (Script script : Script.values()) {
            server().command("SCRIPT", "LOAD", script.source());
        }
    }

    protected final List<String> keys() {
        Object keys = server().command("KEYS", "*");
        return keys instanceof List<?> list
                ? list.stream().map(String::valueOf).sorted().toList()
                : List.of();
    }

    protected final List<String> lockKeys() {
        return keys().stream().filter(key -> key.contains("{")).toList();
    }

    protected static <T> CompletableFuture<T> inThread(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.call());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "test-background");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    protected static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }

    protected static Throwable failure(CompletableFuture<?> future) {
        until("it ends", future::isDone);
        try {
            throw new AssertionError("returned " + future.join() + ", was to fail");
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }

    protected static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, condition)).as(what).isTrue();
    }

    protected static void untilWaiting(DistributedLock lock, int count) {
        until(count + " wait", () -> lock.inspect().waiters().size() == count);
    }
}
