package dev.mortise.internal.client;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.OnLoss;
import dev.mortise.Owner;
import dev.mortise.internal.lease.AcquireSite;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseIds;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Retry;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what another client has detached. An adoption that got no answer may have been done, so another try with the
 * same ticket is the same adoption; any other use of a ticket is a new one, which the server grants once. Thread-safe.
 */
final class Adoptions {
    /*
     * Overview. The server counts the adoptions of a lease. It grants one if the ticket names the latest count, and once
     * more if the adoption has the id of the one that was granted. So of two clients with one ticket, one gets the lease.
     *
     * The reply is lost: the caller gets LockUnavailableException, and may call again with the same ticket. Its id was
     * kept, so the server takes that for the same adoption. Two threads that do so at once do not share the id: the second
     * one is another adoption.
     *
     * If the caller does not come again, nothing takes the lease back, because it may be another client's by then. It ends
     * by itself.
     */
    /** How long the id of an adoption without an answer is kept at least, ns. */
    private static final long LEAST_MEMORY = TimeUnit.MINUTES.toNanos(10);

    private final ChangeContext context;
    private final Supplier<String> ids;
    private final Supplier<@Nullable AcquireSite> sites;

    /** The id of each adoption that got no answer. */
    private final ConcurrentMap<Use, String> inDoubt = new ConcurrentHashMap<>();

    /**
     * @param ids makes a new one each time
     * @param sites where the calling thread adopts; null unless stacks are captured
     */
    Adoptions(ChangeContext context, Supplier<String> ids, Supplier<@Nullable AcquireSite> sites) {
        this.context = context;
        this.ids = ids;
        this.sites = sites;
    }

    /**
     * Answers the lease, which is renewed from there on.
     *
     * @throws LeaseLostException when it is over, or the ticket was used
     * @throws dev.mortise.LockUnavailableException when no answer came
     */
    Lease adopt(LeaseTicket ticket) {
        Tag tag = new Tag(Owner.currentThread().resolve(), "");
        long leaseNanos = ticket.lease().toNanos();
        String serverId = LeaseIds.onServer(ticket.leaseId());
        Retry.Answer<Optional<Long>> adopted = adopted(ticket, serverId, tag);
        if (adopted.value().isEmpty()) {
            throw new LeaseLostException(
                    ticket.lockName(),
                    ticket.fencingToken(),
                    new LeaseLoss(Cause.GONE, "the lease is over, or the ticket was used before, or is damaged"));
        }
        LeaseTerms terms = new LeaseTerms(
                ticket.lockName(),
                new Shape(ticket.kind(), ticket.capacity()),
                ticket.permits(),
                leaseNanos,
                ticket.renewal(),
                0,
                OnLoss.NOTIFY,
                tag,
                Thread.currentThread(),
                false,
                Caller.WAITS.party(Owner.currentThread()),
                sites.get());
        context.floors()
                .raise(
                        ticket.lockName(),
                        Math.max(ticket.fencingToken(), adopted.value().get()));
        Hold hold = context.sole()
                .of(new HoldFacts(
                        ticket.lockName(),
                        serverId,
                        terms.shape(),
                        terms.permits(),
                        adopted.value().get(),
                        adopted.sentAtNanos(),
                        leaseNanos,
                        1,
                        0,
                        () -> ticket.inDoubt() ? Late.IN_DOUBT : Late.NO));
        return context.leases().adopted(terms, hold, ticket);
    }

    /** Asks until there is an answer or a command time-out is over. Empty when the server does not grant it; blocks. */
    private Retry.Answer<Optional<Long>> adopted(LeaseTicket ticket, String serverId, Tag tag) {
        String lock = ticket.lockName();
        String adoptionId = begin(ticket);
        long token = ticket.fencingToken();
        long leaseMillis = ticket.lease().toMillis();
        try {
            return context.requests()
                    .ask(() -> context.store()
                            .adopt(lock, serverId, ticket.adoption(), adoptionId, token, leaseMillis, tag));
        } catch (RuntimeException e) {
            unanswered(ticket, adoptionId);
            throw Unavailable.of(lock, e);
        }
    }

    /** The id to adopt with. While it is in use, no other call gets it. */
    private String begin(LeaseTicket ticket) {
        @Nullable String before = inDoubt.remove(Use.of(ticket));
        return before != null ? before : ids.get();
    }

    /** It got no answer. Remembered for as long as the server may have the lease for it. */
    private void unanswered(LeaseTicket ticket, String id) {
        inDoubt.put(Use.of(ticket), id);
        long memory = Math.max(LEAST_MEMORY, 2 * ticket.lease().toNanos());
        context.time().schedule(memory, () -> inDoubt.remove(Use.of(ticket), id));
    }

    /** One ticket: what makes two of them the same. */
    private record Use(String lock, String leaseId, int adoption) {
        static Use of(LeaseTicket ticket) {
            return new Use(ticket.lockName(), ticket.leaseId(), ticket.adoption());
        }
    }
}
