package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.CopiedReply;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.Copies;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One server, two connections: one for commands, one for the inbox. The second also carries renewals, so that they do not
 * stand behind what users send; a server without RESP3 does not allow that, and they go the common way.
 */
final class StandaloneRunner implements ScriptRunner {
    private final StatefulRedisConnection<String, String> commands;
    private final StatefulRedisPubSubConnection<String, String> inbox;
    private final CopiedCalls copied;
    private final Timer timer;
    private final long timeoutMillis;
    private final Runnable onClose;

    /** False from a request that got no answer there until it is connected again: then the common way is tried. */
    private volatile boolean inboxAnswers = true;

    StandaloneRunner(
            StatefulRedisConnection<String, String> commands,
            StatefulRedisPubSubConnection<String, String> inbox,
            CopiedCalls copied,
            Timer timer,
            Duration timeout,
            Runnable onClose) {
        this.commands = commands;
        this.inbox = inbox;
        this.copied = copied;
        this.timer = timer;
        this.timeoutMillis = timeout.toMillis();
        this.onClose = onClose;
    }

    @Override
    public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
        return runOn(commands.async(), script, keys, args);
    }

    @Override
    public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
        if (!inboxAnswers) {
            return run(script, keys, args);
        }
        return runOn(inbox.async(), script, keys, args).exceptionallyCompose(failure -> {
            Effect effect = Failures.classify(failure).effect();
            inboxAnswers = effect == Effect.REFUSED;
            return effect == Effect.NONE ? run(script, keys, args) : CompletableFuture.failedFuture(failure);
        });
    }

    @Override
    public CompletableFuture<CopiedReply> runCopied(
            Script script, List<String> keys, List<String> args, Copies wanted) {
        return copied.run(script, keys, args, wanted);
    }

    @Override
    public CompletableFuture<Void> subscribe(String channel, Listener listener) {
        inbox.addListener(new ChannelListener(channel, listener));
        inbox.addListener(new Reconnects(() -> inboxAnswers = true));
        CompletableFuture<Void> result = new CompletableFuture<>();
        limit(result, inbox.async().subscribe(channel));
        return result.exceptionallyCompose(failure -> CompletableFuture.failedFuture(Failures.classify(failure)));
    }

    @Override
    public void onReconnect(Runnable action) {
        commands.addListener(new Reconnects(action));
    }

    @Override
    public void close() {
        copied.close();
        onClose.run();
    }

    private CompletableFuture<Object> runOn(
            RedisScriptingAsyncCommands<String, String> connection,
            Script script,
            List<String> keys,
            List<String> args) {
        ScriptCall call = new ScriptCall(
                connection, timer, timeoutMillis, script, keys.toArray(String[]::new), args.toArray(String[]::new));
        call.send();
        return call;
    }

    /** Completes {@code result} as the command ends, or as unknown when its time is over; the command is then forgotten. */
    private <T> void limit(CompletableFuture<T> result, RedisFuture<T> command) {
        Timeout timeout = timer.newTimeout(
                expired -> {
                    if (result.completeExceptionally(Failures.timedOut(timeoutMillis))) {
                        command.cancel(true);
                    }
                },
                timeoutMillis,
                TimeUnit.MILLISECONDS);
        command.whenComplete((reply, failure) -> {
            timeout.cancel();
            if (failure == null) {
                result.complete(reply);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }
}
