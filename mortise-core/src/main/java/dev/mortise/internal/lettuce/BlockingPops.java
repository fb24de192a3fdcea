package dev.mortise.internal.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Waits for elements of lists of one server: each has a connection for itself, as BLPOP blocks it. Thread-safe, never blocks. */
final class BlockingPops {
    /** Most connections at a time. */
    private static final int MOST = 64;

    private final OwnLines lines;
    private final long timeoutMillis;

    /**
     * @param factory opens a connection that this object owns from there on; may fail, must not block
     * @param timeoutMillis how long the way there and back may take
     */
    BlockingPops(
            Supplier<? extends CompletionStage<StatefulRedisConnection<String, String>>> factory,
            Timer timer,
            long timeoutMillis) {
        this.lines = new OwnLines(factory, timer, MOST);
        this.timeoutMillis = timeoutMillis;
    }

    /** See {@link dev.mortise.internal.script.ScriptRunner#pop}. */
    CompletableFuture<Optional<String>> pop(List<String> keys, long millis) {
        PopCall call = new PopCall(keys.toArray(String[]::new), millis);
        lines.run(call, millis + timeoutMillis);
        return call.result();
    }

    void forgetIdle() {
        lines.forgetIdle();
    }

    void close() {
        lines.close();
    }
}
