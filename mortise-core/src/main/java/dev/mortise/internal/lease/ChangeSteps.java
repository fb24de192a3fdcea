package dev.mortise.internal.lease;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Deadline;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one change of a lease, one after the other, under one deadline. For the thread that makes the change.
 *
 * <p>The last request has a time-out of its own, which says more of what became of it. So it keeps to that if no step before it had
 * to wait.
 */
final class ChangeSteps {
    private final Deadline deadline;

    /** Whether a step had to wait for the server. Once true stays true. */
    private volatile boolean waited;

    ChangeSteps(Deadline deadline) {
        this.deadline = deadline;
    }

    /**
     * What that is answered. Blocks until then, or the deadline.
     *
     * @throws StoreException without an answer in time
     */
    <T extends @Nullable Object> T answer(CompletableFuture<T> asked) {
        return Await.result(inTime(asked));
    }

    /** Whether that is answered with true in time. Blocks as {@link #answer}; that must not fail. */
    boolean isTrue(CompletableFuture<Boolean> asked) {
        CompletableFuture<Boolean> inTime = inTime(asked);
        return !inTime.isCompletedExceptionally() && Await.result(inTime);
    }

    /** The same of the last request of a change. */
    <T extends @Nullable Object> T last(CompletableFuture<T> asked) {
        return Await.result(lastInTime(asked));
    }

    /** Blocks until that is complete, or the deadline: then the result fails. */
    <T extends @Nullable Object> CompletableFuture<T> lastInTime(CompletableFuture<T> asked) {
        return waited ? inTime(asked) : asked;
    }

    /** What the last request may take; empty = its own time-out. */
    Optional<Deadline> rest() {
        return waited ? Optional.of(deadline) : Optional.empty();
    }

    private <T extends @Nullable Object> CompletableFuture<T> inTime(CompletableFuture<T> asked) {
        if (asked.isDone()) {
            return asked;
        }
        waited = true;
        return Await.result(deadline.isMetBy(asked))
                ? asked
                : CompletableFuture.failedFuture(
                        new StoreException(Effect.UNKNOWN, "no answer within the command time-out", null));
    }
}
