package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScriptText;
import dev.mortise.internal.store.StoreException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
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
    private final ScriptConnection line;
    private final Timer timer;
    private final long timeoutMillis;
    private final ScriptText script;
    private final String[] keys;
    private final String[] args;

    // Written before the command can end or time out, and again on the I/O thread for the second attempt.
    private volatile @Nullable RedisFuture<Object> command;
    private volatile @Nullable Timeout timeout;
    private volatile boolean withSource;
    private volatile int answersAtSend;

    ScriptCall(
            ScriptConnection line, Timer timer, long timeoutMillis, ScriptText script, String[] keys, String[] args) {
        this.line = line;
        this.timer = timer;
        this.timeoutMillis = timeoutMillis;
        this.script = script;
        this.keys = keys;
        this.args = args;
    }

    /** By EVAL. To be called once, in place of {@link #send}. */
    void sendSource() {
        withSource = true;
        send();
    }

    /** By EVALSHA first. To be called once. */
    void send() {
        answersAtSend = line.answers();
        RedisFuture<Object> sent;
        try {
            sent = withSource
                    ? line.commands().eval(script.source(), ScriptOutputType.OBJECT, keys, args)
                    : line.commands().evalsha(script.sha(), ScriptOutputType.OBJECT, keys, args);
        } catch (RuntimeException notSent) {
            fail(Failures.notSent(notSent));
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
        if (failure == null || Failures.isAnswer(failure)) {
            line.answered();
        }
        if (failure == null) {
            complete(reply);
        } else if (!withSource && Failures.isUnknownScript(failure)) {
            withSource = true;
            send();
        } else {
            if (Failures.isMisplaced(failure)) {
                line.misplaced();
            }
            fail(Failures.classify(failure));
        }
    }

    private void fail(StoreException failure) {
        if (Failures.isNotConnected(failure)) {
            line.notConnected();
        }
        completeExceptionally(Failures.because(line.whyNot(), failure));
    }

    /** The time is over; the command is forgotten. */
    @Override
    public void run(Timeout expired) {
        RedisFuture<Object> late = command;
        if (completeExceptionally(Failures.because(line.whyNot(), Failures.timedOut(timeoutMillis))) && late != null) {
            line.timedOut(answersAtSend);
            late.cancel(true);
        }
    }
}
