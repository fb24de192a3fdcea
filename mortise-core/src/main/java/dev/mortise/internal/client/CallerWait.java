package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The wait of one thread for one acquire. Whatever ends it, an interrupt or an unexpected error, the acquire is withdrawn
 * first, and a grant that crosses with the withdrawal is given back.
 */
final class CallerWait<T> {
    /*
     * Overview. What ends it, and what is left then:
     *
     *   the acquire ends            its outcome is the answer
     *   the limit                   the acquire is told that its time is up, and ends by itself
     *   an interrupt                the acquire leaves, and what it got meanwhile is given back; then the exception is thrown
     *   any error of this thread    the same, and the error is thrown: a StackOverflowError must not leave a lock behind
     *
     * An interrupt may come after the grant. The caller gets the exception and no lease, so the lease is released first;
     * only a grant from which there is no way back is kept, and the interrupt stays pending.
     *
     * The timer keeps the limit of a wait. The waiting thread keeps it as well, because the timer may have died of an
     * error. Both end the acquire in the same way, and the second changes nothing. If the withdrawal does not end within
     * two command time-outs either, it goes on without this thread.
     */
    private final Time time;
    private final Awaited<T> awaited;
    private final CompletableFuture<T> result;

    /** After which this thread ends it; {@link Long#MAX_VALUE} = never. */
    private final long maxWaitNanos;

    /** How long the end of it is waited for, ns. */
    private final long withdrawalNanos;

    /** @param commandTimeoutNanos how long one answer may take */
    CallerWait(Time time, Awaited<T> awaited, long commandTimeoutNanos) {
        this.time = time;
        this.awaited = awaited;
        this.result = awaited.result();
        this.maxWaitNanos = awaited.maxWaitNanos(commandTimeoutNanos);
        this.withdrawalNanos = 2 * commandTimeoutNanos;
    }

    /** What became of it; an interrupt ends it. */
    T interruptibly() throws InterruptedException {
        try {
            if (maxWaitNanos != Long.MAX_VALUE && !Await.atMostOrInterrupt(time, maxWaitNanos, result)) {
                awaited.timeIsUp();
                if (!Await.atMostOrInterrupt(time, withdrawalNanos, result)) {
                    awaited.giveUp();
                }
            }
            return Await.resultOrInterrupt(result);
        } catch (InterruptedException e) {
            T crossed = left();
            if (crossed != null && awaited.keeps(crossed)) {
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
                awaited.timeIsUp();
                if (!Await.atMost(time, withdrawalNanos, result)) {
                    awaited.giveUp();
                }
            }
            return Await.result(result);
        } catch (Throwable unexpected) {
            throw leftBehind(unexpected);
        }
    }

    /** Leaves, and waits until that is over; answers what crossed with it, which is given back unless it is kept. */
    private @Nullable T left() {
        awaited.leave();
        if (!Await.atMost(time, withdrawalNanos, result.thenCompose(this::givenBack))) {
            awaited.giveUp();
        }
        return result.isDone() && !result.isCompletedExceptionally() ? Await.result(result) : null;
    }

    /** Completes when nothing is left of an outcome that this thread does not take. */
    private CompletableFuture<?> givenBack(T outcome) {
        return awaited.keeps(outcome) ? CompletableFuture.completedFuture("") : awaited.giveBack(outcome);
    }

    /** A failure of the acquire itself left nothing; anything else did. */
    private RuntimeException leftBehind(Throwable unexpected) {
        if (!result.isCompletedExceptionally()) {
            try {
                awaited.leave();
                Await.atMost(time, withdrawalNanos, result.thenCompose(awaited::giveBack));
            } catch (Throwable again) {
                unexpected.addSuppressed(again);
            }
        }
        if (unexpected instanceof Error error) {
            throw error;
        }
        return (RuntimeException) unexpected;
    }

    /** An acquire as the thread that waits for it sees it: how to end it. Nothing here blocks. */
    interface Awaited<T> {
        /** What it is waited for. */
        CompletableFuture<T> result();

        /**
         * How long the thread waits before it ends it; {@link Long#MAX_VALUE} = no limit.
         *
         * @param commandTimeoutNanos how long one answer may take
         */
        long maxWaitNanos(long commandTimeoutNanos);

        /** Its time is over. */
        void timeIsUp();

        /** The caller does not want it any more. */
        void leave();

        /** The result is complete when this returns: the caller does not wait for the withdrawal. */
        void giveUp();

        /** Whether a grant that crosses with an interrupt is kept: there is no way back from it. */
        default boolean keeps(T outcome) {
            return false;
        }

        /** Completes when nothing of it is left. */
        CompletableFuture<?> giveBack(T outcome);
    }
}
