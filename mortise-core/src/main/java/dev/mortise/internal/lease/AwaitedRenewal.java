package dev.mortise.internal.lease;

import dev.mortise.LeaseLostException;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.store.Failure;
import java.util.concurrent.CompletableFuture;

/** A renewal that the holder has asked for. Running it waits for the answer, and throws when the lease was not renewed. */
record AwaitedRenewal(LeaseState lease, CompletableFuture<Boolean> answer) implements Runnable {
    /**
     * @throws LeaseLostException when the lease is lost
     * @throws LockUnavailableException when the server did not answer and the lease is still valid
     */
    @Override
    public void run() {
        boolean kept;
        try {
            kept = Await.result(answer);
        } catch (RuntimeException e) {
            if (!lease.isValid()) {
                throw lease.gone();
            }
            String lock = lease.terms().lock();
            throw new LockUnavailableException(
                    lock,
                    "Lock '" + lock + "' could not be renewed: " + Failure.of(e).getMessage(),
                    e);
        }
        if (!kept) {
            throw lease.gone();
        }
    }
}
