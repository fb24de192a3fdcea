package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The wait of one thread for one acquire. Whatever ends it, the interrupt and what nobody expects alike, withdraws first,
 * and gives back a grant that crosses with that.
 */
final class CallersWait<T> {
    /*
     * The limit of a wait is kept by the timer. It is kept here as well, by the thread that waits, as the timer may have
     * died of an error; both end the acquire in the same way, and the second changes nothing. If the withdrawal does not
     * end either within two command time-outs, it goes on without us.
     */
    private final Time time;
    private final CompletableFuture<T> result;
    private final Ending<T> ending;
    private final long maxWaitNanos;
    private final long withdrawalNanos;

    /**
     * @param maxWaitNanos {@link Long#MAX_VALUE} = no limit
     * @param commandTimeoutNanos how long one answer may take
     */
    CallersWait(Time time, CompletableFuture<T> result, Ending<T> ending, long maxWaitNanos, long commandTimeoutNanos) {
        this.time = time;
        this.result = result;
        this.ending = ending;
        this.maxWaitNanos = maxWaitNanos;
        this.withdrawalNanos = 2 * commandTimeoutNanos;
    }

    /** What became of it; an interrupt ends it. */
    T interruptibly() throws InterruptedException {
        try {
            if (maxWaitNanos != Long.MAX_VALUE && !Await.atMostOrInterrupt(time, maxWaitNanos, result)) {
                ending.timeIsUp();
                if (!Await.atMostOrInterrupt(time, withdrawalNanos, result)) {
                    ending.giveUp();
                }
            }
            return Await.resultOrInterrupt(result);
        } catch (InterruptedException e) {
            T crossed = left();
            if (crossed != null && ending.keeps(crossed)) {
                Thread.currentThread().interrupt();
                return crossed;
            }
            throw e;
        } catch (Throwable unexpected) {
            throw leftBehind(unexpected);
        }
    }

    /** What became of it; an interrupt stays pending. */
    T uninterruptibly() {
        try {
            if (maxWaitNanos != Long.MAX_VALUE && !Await.atMost(time, maxWaitNanos, result)) {
                ending.timeIsUp();
                if (!Await.atMost(time, withdrawalNanos, result)) {
                    ending.giveUp();
                }
            }
            return Await.result(result);
        } catch (Throwable unexpected) {
            throw leftBehind(unexpected);
        }
    }

    /** Leaves, and waits until that is over; answers what crossed with it, which is given back unless it is kept. */
    private @Nullable T left() {
        ending.leave();
        if (!Await.atMost(time, withdrawalNanos, result.thenCompose(this::givenBack))) {
            ending.giveUp();
        }
        return result.isDone() && !result.isCompletedExceptionally() ? Await.result(result) : null;
    }

    private CompletableFuture<?> givenBack(T outcome) {
        return ending.keeps(outcome) ? CompletableFuture.completedFuture("") : ending.giveBack(outcome);
    }

    /** A failure of the acquire itself left nothing; anything else did. */
    private RuntimeException leftBehind(Throwable unexpected) {
        if (!result.isCompletedExceptionally()) {
            try {
                ending.leave();
                Await.atMost(time, withdrawalNanos, result.thenCompose(ending::giveBack));
            } catch (Throwable again) {
                unexpected.addSuppressed(again);
            }
        }
        if (unexpected instanceof Error error) {
            throw error;
        }
        return (RuntimeException) unexpected;
    }

    /** How such an acquire is ended, by whoever waits for it. Nothing here blocks. */
    interface Ending<T> {
        /** Its time is over. */
        void timeIsUp();

        /** Nobody wants it any more. */
        void leave();

        /** The result is complete when this returns: nobody waits for the withdrawal. */
        void giveUp();

        /** Whether a grant that crosses with an interrupt is kept: there is no way back from it. */
        default boolean keeps(T outcome) {
            return false;
        }

        /** Completes when nothing of it is left. */
        CompletableFuture<?> giveBack(T outcome);
    }
}
