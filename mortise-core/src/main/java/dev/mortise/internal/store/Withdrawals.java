package dev.mortise.internal.store;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Ending a lease id on the server so that no request of it that was sent before can bring it back. */
public final class Withdrawals {
    private Withdrawals() {}

    /**
     * Withdraws it; once more, with a tombstone, if a request that was sent before had no answer by the time the withdrawal had.
     *
     * @param late whether such a request may still arrive, asked before and after
     * @param buried whether to leave a tombstone at once
     * @param tombstoneMillis how long a tombstone lasts, ms
     * @param found told what each withdrawal has found, also if the other one fails
     */
    public static CompletableFuture<?> forGood(
            LockStore store,
            String lock,
            String leaseId,
            Supplier<Late> late,
            boolean buried,
            long tombstoneMillis,
            Consumer<WithdrawReply> found) {
        boolean atOnce = buried || late.get() == Late.IN_DOUBT;
        CompletableFuture<?> first =
                store.withdraw(lock, leaseId, atOnce ? tombstoneMillis : 0).thenAccept(found);
        return atOnce
                ? first
                : first.thenCompose(done -> late.get() == Late.NO
                        ? CompletableFuture.completedFuture(null)
                        : store.withdraw(lock, leaseId, tombstoneMillis).thenAccept(found));
    }
}
