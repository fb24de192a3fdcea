package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.ScriptText;
import dev.mortise.internal.store.RequiredCopies;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Calls to one server that wait for copies: each has a connection for itself, as WAIT blocks it, and means what was written on
 * it. Thread-safe, never blocks.
 */
public final class ReplicatedCalls implements AutoCloseable {
    /** Most connections at a time. */
    static final int MOST = 8;

    private final OwnLines lines;

    /** @param factory opens a connection that this object owns from there on; may fail, must not block */
    public ReplicatedCalls(
            Supplier<? extends CompletionStage<StatefulRedisConnection<String, String>>> factory, Timer timer) {
        this.lines = new OwnLines(factory, timer, MOST);
    }

    /** See {@link dev.mortise.internal.script.ScriptRunner#runCopied}. */
    public CompletableFuture<ReplicatedReply> run(
            ScriptText script, List<String> keys, List<String> args, RequiredCopies wanted) {
        ReplicatedCall call =
                new ReplicatedCall(script, keys.toArray(String[]::new), args.toArray(String[]::new), wanted);
        lines.run(call, wanted.boundMillis());
        return call.result();
    }

    /** Closes all connections; calls that are under way fail. */
    @Override
    public void close() {
        lines.close();
    }

    /** Closes what is idle: it may lead to where nothing is any more. */
    void forgetIdle() {
        lines.forgetIdle();
    }
}
