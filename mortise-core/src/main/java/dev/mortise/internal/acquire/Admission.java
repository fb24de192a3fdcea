package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.LockUnavailableException;
import dev.mortise.QueueFullException;
import dev.mortise.WrongKindException;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Late;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** To be let in, under a lease id of its own. */
final class Admission implements Petition {
    private final AcquireContext context;
    private final LeaseTerms terms;
    private final String leaseId;

    Admission(AcquireContext context, LeaseTerms terms, String leaseId) {
        this.context = context;
        this.terms = terms;
        this.leaseId = leaseId;
    }

    @Override
    public CompletableFuture<AcquireReply> ask(AcquireRequest request) {
        return context.store().acquire(request);
    }

    @Override
    public CompletableFuture<?> withdraw(Supplier<Late> late, boolean mayBeKnown) {
        return new Withdrawal(context, terms, leaseId, late, mayBeKnown).start();
    }

    @Override
    public LeaseHandle lease(LeaseTerms granted, Grant grant) {
        return context.leases().apply(granted, grant);
    }

    @Override
    public LockException refusal(AcquireReply reply) {
        String name = "Lock '" + terms.lock() + "'";
        if (reply instanceof AcquireReply.WrongKind wrong) {
            return new WrongKindException(
                    terms.lock(),
                    name + " is in use as " + wrong.actual() + " (format:kind:permits), not as "
                            + terms.shape().encode());
        }
        if (reply instanceof AcquireReply.QueueFull full) {
            return queueFull(terms.lock(), full.waiting());
        }
        return new LockUnavailableException(
                terms.lock(), name + ": this request was ended by force before it was granted", null);
    }

    static QueueFullException queueFull(String lock, long waiting) {
        return new QueueFullException(
                lock, "Lock '" + lock + "' has " + waiting + " waiters, which is as many as it takes");
    }
}
