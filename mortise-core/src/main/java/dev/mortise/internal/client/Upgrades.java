package dev.mortise.internal.client;

import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.SingleAuthorityStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The attempts of this client's readers to become the writer: their numbers, and what the authority is asked. Thread-safe. */
final class Upgrades {
    private final ChangeContext context;
    private final SingleAuthorityStore store;

    /** Of all leases of this client. */
    private final AtomicLong attempts = new AtomicLong();

    Upgrades(ChangeContext context, SingleAuthorityStore store) {
        this.context = context;
        this.store = store;
    }

    /** The number of another attempt of that lease, above those of every client that had it before. */
    long next(LeaseState reader) {
        return ((long) reader.adoption() << Integer.SIZE) + attempts.incrementAndGet();
    }

    ChangeContext context() {
        return context;
    }

    /** One request of an attempt; may be repeated. */
    CompletableFuture<AcquireReply> ask(AcquireRequest request) {
        return store.upgrade(request);
    }

    /** Ends the attempt: its lease is a reader's again, or still. May be repeated. Empty when the server has no such lease. */
    CompletableFuture<Optional<Reserved>> giveUp(String lock, String leaseId, long leaseMillis, long attempt) {
        return store.giveUpUpgrade(lock, leaseId, leaseMillis, context.floors().raise(lock, 0), attempt);
    }
}
