package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.Script;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a script: its future, which ends as the command does, or as unknown when its time is over. One object for all
 * of that, as every acquire and release makes one.
 */
final class ScriptCall extends CompletableFuture<Object> implements BiConsumer<Object, @Nullable Throwable>, TimerTask {
    private final RedisScriptingAsyncCommands<String, String> connection;
    private final Timer timer;
    private final long timeoutMillis;
    private final Script script;
    private final String[] keys;
    private final String[] args;

    // Written before the command can end or time out, and again on the I/O thread for the second attempt.
    private volatile @Nullable RedisFuture<Object> command;
    private volatile @Nullable Timeout timeout;
    private volatile boolean withSource;

    ScriptCall(
            RedisScriptingAsyncCommands<String, String> connection,
            Timer timer,
            long timeoutMillis,
            Script script,
            String[] keys,
            String[] args) {
        this.connection = connection;
        this.timer = timer;
        this.timeoutMillis = timeoutMillis;
        this.script = script;
        this.keys = keys;
        this.args = args;
    }

    /** By EVALSHA first. To be called once. */
    void send() {
        RedisFuture<Object> sent;
        try {
            sent = withSource
                    ? connection.eval(script.source(), ScriptOutputType.OBJECT, keys, args)
                    : connection.evalsha(script.sha(), ScriptOutputType.OBJECT, keys, args);
        } catch (RuntimeException notSent) {
            completeExceptionally(Failures.notSent(notSent));
            return;
        }
        command = sent;
        sent.whenComplete(this);
        try {
            Timeout limit = timer.newTimeout(this, timeoutMillis, TimeUnit.MILLISECONDS);
            timeout = limit;
            if (isDone()) {
                limit.cancel();
            }
        } catch (RuntimeException timerIsStopped) {
            completeExceptionally(Failures.classify(timerIsStopped));
        }
    }

    /** The command has ended. */
    @Override
    public void accept(Object reply, @Nullable Throwable failure) {
        Timeout running = timeout;
        if (running != null) {
            running.cancel();
        }
        if (failure == null) {
            complete(reply);
        } else if (!withSource && Failures.isUnknownScript(failure)) {
            withSource = true;
            send();
        } else {
            completeExceptionally(Failures.classify(failure));
        }
    }

    /** The time is over; the command is forgotten. */
    @Override
    public void run(Timeout expired) {
        RedisFuture<Object> late = command;
        if (completeExceptionally(Failures.timedOut(timeoutMillis)) && late != null) {
            late.cancel(true);
        }
    }
}
