package dev.mortise.internal.lettuce;

import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks one server how it is, over a connection that may still be opened. Thread-safe, never blocks. */
final class ConnectionProbe implements ServerProbe {
    private static final int WORDS = 3;
    private static final int TOOK = 2;
    private static final int AT = 1;

    private final String server;
    private final CompletableFuture<StatefulRedisConnection<String, String>> connection;
    private final Supplier<CompletableFuture<List<SentinelView>>> sentinels;
    private final boolean isInCluster;
    private final Runnable closing;
    private final Time time;
    private final long timeoutNanos;

    private ConnectionProbe(
            String server,
            CompletableFuture<StatefulRedisConnection<String, String>> connection,
            Supplier<CompletableFuture<List<SentinelView>>> sentinels,
            boolean isInCluster,
            Runnable closing,
            Time time,
            long timeoutNanos) {
        this.server = server;
        this.connection = connection;
        this.sentinels = sentinels;
        this.isInCluster = isInCluster;
        this.closing = closing;
        this.time = time;
        this.timeoutNanos = timeoutNanos;
    }

    /**
     * Of one server, over a connection that others use, too.
     *
     * @param sentinels what they say; asked at most once
     */
    static ConnectionProbe shared(
            String server,
            CompletableFuture<StatefulRedisConnection<String, String>> connection,
            Supplier<CompletableFuture<List<SentinelView>>> sentinels,
            Time time,
            long timeoutNanos) {
        return new ConnectionProbe(server, connection, sentinels, false, () -> {}, time, timeoutNanos);
    }

    /** Of a node of a Cluster, over a connection for this alone, which is closed with it. */
    static ConnectionProbe own(
            String server,
            CompletableFuture<StatefulRedisConnection<String, String>> connection,
            Time time,
            long timeoutNanos) {
        return new ConnectionProbe(
                server,
                connection,
                () -> CompletableFuture.completedFuture(List.of()),
                true,
                () -> connection.thenAccept(StatefulRedisConnection::closeAsync),
                time,
                timeoutNanos);
    }

    @Override
    public String server() {
        return server;
    }

    @Override
    public CompletableFuture<String> info(String section) {
        return ask(commands -> commands.info(section));
    }

    @Override
    public CompletableFuture<Map<String, String>> settings(List<String> names) {
        return ask(commands -> commands.configGet(names.toArray(String[]::new)));
    }

    @Override
    public CompletableFuture<ClockReading> clock() {
        return ask(commands -> {
            long sentAt = time.nanos();
            long wall = time.wallMicros();
            return commands.time().thenApply(answer -> {
                long half = TimeUnit.NANOSECONDS.toMicros(Math.max(0, time.nanos() - sentAt)) / 2;
                long there = TimeUnit.SECONDS.toMicros(Long.parseLong(answer.get(0))) + Long.parseLong(answer.get(1));
                return new ClockReading(there - (wall + half), half);
            });
        });
    }

    @Override
    public CompletableFuture<OptionalLong> memoryOf(String key) {
        return ask(commands -> commands.memoryUsage(key)
                .thenApply(bytes -> bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes)));
    }

    @Override
    public CompletableFuture<List<SlowCommand>> slowCommands(int most) {
        return ask(commands -> commands.slowlogGet(most).thenApply(this::slow));
    }

    @Override
    public CompletableFuture<String> clusterNodes() {
        return isInCluster ? ask(RedisAsyncCommands::clusterNodes) : CompletableFuture.completedFuture("");
    }

    @Override
    public CompletableFuture<List<SentinelView>> sentinels() {
        return sentinels.get();
    }

    @Override
    public void close() {
        closing.run();
    }

    private <T> CompletableFuture<T> ask(Function<RedisAsyncCommands<String, String>, CompletionStage<T>> question) {
        return connection
                .thenCompose(open -> TimeLimit.within(
                        time,
                        timeoutNanos,
                        Failure.or(() -> question.apply(open.async()).toCompletableFuture())))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(Failures.classify(failure)));
    }

    /** Each is a number, when, how long it took, and its words. What is not so is left out. */
    private List<SlowCommand> slow(List<Object> entries) {
        long now = TimeUnit.MICROSECONDS.toSeconds(time.wallMicros());
        List<SlowCommand> commands = new ArrayList<>();
        for (Object entry : entries) {
            if (entry instanceof List<?> parts
                    && parts.size() > WORDS
                    && parts.get(AT) instanceof Long seconds
                    && parts.get(TOOK) instanceof Long micros
                    && parts.get(WORDS) instanceof List<?> words) {
                commands.add(new SlowCommand(
                        micros, words.stream().map(String::valueOf).toList(), now - seconds));
            }
        }
        return commands;
    }
}
