package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.InteropOptions;
import dev.mortise.interop.LockLayout;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tests on one server share that play the other side by plain commands. */
abstract class OnInterop extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    static final Duration LEASE = Duration.ofSeconds(3);
    static final Duration TIMEOUT = Duration.ofMillis(500);

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    final InteropLocks locks(LockLayout layout) {
        return locks(layout, server().uri());
    }

    final InteropLocks locks(LockLayout layout, String uri) {
        return closing(RedisMortise.interop(layout)
                .uri(uri)
                .lease(LEASE)
                .commandTimeout(TIMEOUT)
                .build());
    }

    final FaultProxy proxy() {
        return closing(FaultProxy.to(server()));
    }

    final @Nullable Object redis(String... command) {
        return server().command(command);
    }

    /** On a connection of its own, as it may wait. */
    final CompletableFuture<@Nullable Object> apart(String... command) {
        RespClient connection = closing(RespClient.connect(server().host(), server().port(), PATIENCE));
        return inThread(() -> connection.command(command));
    }

    final String at(String key) {
        return String.valueOf(Objects.requireNonNullElse(redis("GET", key), ""));
    }

    final long left(String key) {
        return (Long) Objects.requireNonNull(redis("PTTL", key));
    }

    final boolean exists(String key) {
        return Long.valueOf(1).equals(redis("EXISTS", key));
    }

    /** As every other library does it. */
    final boolean takes(String key, String value, long millis) {
        return redis("SET", key, value, "NX", "PX", Long.toString(millis)) != null;
    }

    /** As every other library does it: by a script that compares. */
    final boolean gives(String key, String value) {
        return Long.valueOf(1)
                .equals(redis(
                        "EVAL",
                        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
                        "1",
                        key,
                        value));
    }

    static InteropLease had(Optional<InteropLease> lease) {
        return lease.orElseThrow(() -> new AssertionError("not granted"));
    }

    /** Begins to wait, and has asked the server by the time that this returns. */
    static CompletableFuture<InteropLease> waiting(InteropLocks locks, String name) {
        CompletableFuture<InteropLease> future =
                locks.lock(name).acquireAsync(InteropOptions.defaults().lease(LEASE));
        assertThat(future).isNotDone();
        return future;
    }

    final void untilBlocked(int clients) {
        until(clients + " wait for a list", () -> info("clients").contains("blocked_clients:" + clients + "\r"));
    }

    final String info(String section) {
        return String.valueOf(redis("INFO", section));
    }

    static List<LockLayout> plainOnes() {
        return List.of(
                LockLayout.plain(),
                LockLayout.redisPy(),
                LockLayout.redlock(),
                LockLayout.aioredlock(),
                LockLayout.pyRedisMutex(),
                LockLayout.springIntegration("registry"),
                LockLayout.shedLock("default"),
                LockLayout.plain().withKeys(name -> "locks/" + name));
    }
}
