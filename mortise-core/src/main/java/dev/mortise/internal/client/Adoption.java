package dev.mortise.internal.client;

import dev.mortise.LeaseTicket;
import dev.mortise.internal.lease.Failure;
import dev.mortise.internal.lease.LeaseIds;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.time.Time;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One adoption with its repetitions: the same adoption id succeeds again, another one never. */
final class Adoption {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final LockStore store;
    private final Time time;
    private final long patience;
    private final LeaseTicket ticket;
    private final String adoptionId;
    private final String note;
    private final long began;
    private final CompletableFuture<Optional<Adopted>> result = new CompletableFuture<>();

    Adoption(LockStore store, Time time, long patience, LeaseTicket ticket, String adoptionId, String note) {
        this.store = store;
        this.time = time;
        this.patience = patience;
        this.ticket = ticket;
        this.adoptionId = adoptionId;
        this.note = note;
        this.began = time.nanos();
    }

    CompletableFuture<Optional<Adopted>> start() {
        send();
        return result;
    }

    /** Ends without an answer: nobody asks any more. */
    void forsake() {
        result.completeExceptionally(new StoreException(Effect.UNKNOWN, "the client was closed meanwhile", null));
    }

    private void send() {
        long base = time.nanos();
        store.adopt(
                        ticket.lockName(),
                        LeaseIds.onServer(ticket.leaseId()),
                        ticket.adoption(),
                        adoptionId,
                        ticket.lease().toMillis(),
                        note)
                .whenComplete((token, failure) -> {
                    if (failure == null) {
                        result.complete(token.map(granted -> new Adopted(granted, base)));
                    } else if (Failure.of(failure).effect() == Effect.REFUSED || time.nanos() - began >= patience) {
                        result.completeExceptionally(Failure.of(failure));
                    } else {
                        time.schedule(PAUSE, this::send);
                    }
                });
    }

    /** Its token, and when the request that succeeded was sent. */
    record Adopted(long token, long base) {}
}
