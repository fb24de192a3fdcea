package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.ScriptText;
import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of a script, and the wait for copies of what it wrote, sent together on a connection that nobody else uses
 * meanwhile. Thread-safe.
 */
final class ReplicatedCall implements LineCall {
    /** What is left of the bound for the way there and back; the server looks at its clock ten times a second at least. */
    private static final long MOST_SLACK = 250;

    private final ScriptText script;
    private final String[] keys;
    private final String[] args;
    private final RequiredCopies wanted;
    private final CompletableFuture<ReplicatedReply> result = new CompletableFuture<>();

    /** The script's own answer. */
    private final AtomicReference<@Nullable Object> answer = new AtomicReference<>();

    /** Set once, by whoever sends it or says that it was never sent. */
    private final AtomicBoolean decided = new AtomicBoolean();

    ReplicatedCall(ScriptText script, String[] keys, String[] args, RequiredCopies wanted) {
        this.script = script;
        this.keys = keys;
        this.args = args;
        this.wanted = wanted;
    }

    /** Completes within the bound, if {@link #timeIsUp} is called then. */
    @Override
    public CompletableFuture<ReplicatedReply> result() {
        return result;
    }

    /** The bound is over. What the script said counts; copies of which nothing was heard do not. */
    @Override
    public void timeIsUp() {
        Object reply = answer.get();
        if (reply != null) {
            result.complete(new ReplicatedReply(reply, ReachedCopies.NOWHERE));
        } else if (!decided.compareAndSet(false, true)) {
            result.completeExceptionally(Failures.timedOut(wanted.boundMillis()));
        } else {
            result.completeExceptionally(new StoreException(
                    Effect.NONE,
                    "no connection to wait for copies on was free within " + wanted.boundMillis() + " ms",
                    null));
        }
    }

    /** Nothing will be heard of it any more; it may have been executed. */
    @Override
    public void fail(Throwable failure) {
        result.completeExceptionally(Failures.classify(failure));
    }

    @Override
    public String whenBroken() {
        return "the connection to Redis broke before copies were acknowledged";
    }

    @Override
    public CompletableFuture<?> on(StatefulRedisConnection<String, String> connection) {
        if (!decided.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture("");
        }
        try {
            return sent(connection.async(), false).whenComplete((done, failure) -> {
                if (failure != null) {
                    fail(failure);
                }
            });
        } catch (RuntimeException notSent) {
            result.completeExceptionally(Failures.notSent(notSent));
            return CompletableFuture.failedFuture(notSent);
        }
    }

    private CompletableFuture<?> sent(RedisAsyncCommands<String, String> commands, boolean withSource) {
        RedisFuture<Object> run = withSource
                ? commands.eval(script.source(), ScriptOutputType.OBJECT, keys, args)
                : commands.evalsha(script.sha(), ScriptOutputType.OBJECT, keys, args);
        CompletableFuture<ReachedCopies> copied = WaitCommand.on(commands, wanted, waitMillis());
        CompletableFuture<Object> executed = run.toCompletableFuture();
        return executed.handle((reply, failure) -> {
                    if (failure == null) {
                        answer.set(reply);
                        return copied.thenApply(reached -> result.complete(new ReplicatedReply(reply, reached)));
                    }
                    if (!withSource && Failures.isUnknownScript(failure)) {
                        // What the wait says is about something else then.
                        return copied.handle((about, nothing) -> about).thenCompose(ignored -> sent(commands, true));
                    }
                    return CompletableFuture.<Object>failedFuture(failure);
                })
                .thenCompose(ends -> ends);
    }

    private long waitMillis() {
        long bound = wanted.boundMillis();
        return Math.max(1, bound - Math.min(bound / 4, MOST_SLACK));
    }
}
