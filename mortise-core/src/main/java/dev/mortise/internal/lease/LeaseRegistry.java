package dev.mortise.internal.lease;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.LockStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one client, by their hold. The list is explicit: a lease that is not on it is not renewed. Thread-safe, never
 * blocks.
 */
public final class LeaseRegistry {
    /*
     * Overview. A lease enters in three steps: its hold is in the map, the lease is on its hold, and only then is it asked
     * whether the hold is lost. A loss goes the other way: first the hold says so, then each lease on it is lost. Whichever
     * order the two come in, one of them sees the other, so no lease stands on a lost hold unnoticed.
     *
     * A lease leaves by being taken off its hold, by remove() or by LossReports. The hold leaves by forget(), when no lease
     * will come to it any more; a shared one stays while its queue may hand it on. Both take only what is still theirs:
     * under one lease id a successor may stand in the map by then, and it stays.
     *
     * A move from one hold to another is not one step. A loss that comes in the middle finds the lease on neither hold,
     * tells nothing, and is found by moved() afterwards.
     */
    /** By the lease id that the server knows. A successor takes the place of its former hold, so there is no gap. */
    private final ConcurrentMap<String, Hold> holds = new ConcurrentHashMap<>();

    private final Time time;
    private final UnderWay underWay;
    private final LossReports reports;
    private final Renewals renewals;
    private final KeptLocks kept;

    /** Hears that there is a lease more. Set once, before there are leases. */
    private volatile Runnable onAdd = () -> {};

    /** @param contact hears what came of each renewal */
    public LeaseRegistry(LockStore store, Time time, EventDispatcher events, UnderWay underWay, Contact contact) {
        this.time = time;
        this.underWay = underWay;
        this.reports = new LossReports(time, events);
        this.renewals = new Renewals(store, time, events, contact, reports, holds.values());
        this.kept = new KeptLocks(store);
    }

    /** From now on the lease is renewed. If that cannot be, this throws, and the lease stands on no hold. */
    public void add(LeaseState lease) {
        Hold hold = lease.hold();
        Hold former = holds.get(hold.id());
        // Asked for before a round can find the lease: from there on its schedule belongs to the timer thread.
        long firstLookNanos = lease.nextLookNanos();
        try {
            enter(lease);
            if (hold.loss() == null) {
                renewals.roundAt(firstLookNanos);
            }
            onAdd.run();
        } catch (RuntimeException | Error e) {
            hold.leases().remove(lease);
            // One that is handed on stays: other leases may stand on it by now, and its queue says when none will.
            if (hold instanceof SoleHold) {
                putBack(former, hold);
            }
            throw e;
        }
    }

    /** In one step, as the lease on the former may end meanwhile, and that one is forgotten then. */
    private void putBack(@Nullable Hold former, Hold hold) {
        holds.computeIfPresent(hold.id(), (id, now) -> {
            boolean goesOn = former != null && !former.leases().isEmpty();
            return now != hold ? now : goesOn ? former : null;
        });
    }

    /** In this order, see above. */
    private void enter(LeaseState lease) {
        Hold hold = lease.hold();
        holds.put(hold.id(), hold);
        hold.leases().add(lease);
        LeaseLoss loss = hold.loss();
        if (loss != null) {
            lose(lease, loss.cause(), loss.detail());
        }
    }

    /** The lease ended otherwise. Its hold may go on. */
    public void remove(LeaseState lease) {
        lease.hold().leases().remove(lease);
    }

    /** The lease has left that hold for another one. */
    public void moved(LeaseState lease, Hold from) {
        from.leases().remove(lease);
        enter(lease);
        if (lease.hasEndedWell()) {
            remove(lease);
            forget(lease.hold());
        } else if (!lease.isLive()) {
            // What lost it meanwhile looked for it on neither hold.
            reports.tell(lease);
        } else {
            renewals.lookAgain(lease);
        }
    }

    /** No lease will stand on this hold any more. */
    public void forget(Hold hold) {
        holds.remove(hold.id(), hold);
        underWay.less();
    }

    /** Who is told before a lease that was lost or dropped goes on to another owner. To be set before there are leases. */
    public void claims(OwnerClaims claims) {
        reports.claims(claims);
    }

    /** Whether the server has no hold of this client, apart from those that are being released. */
    public boolean isEmpty() {
        return holds.isEmpty();
    }

    /** Whether the lease that the server knows by that id is of this client. */
    public boolean knows(String leaseId) {
        return holds.containsKey(leaseId);
    }

    /** Those that nothing has ended, and whose time is not over by the clock of now. Changes nothing. */
    public Stream<LeaseState> live() {
        long now = time.nanos();
        return holds.values().stream()
                .flatMap(hold -> hold.leases().stream())
                .filter(lease -> lease.isLive() && lease.validUntil() - now > 0);
    }

    /** The public objects of those that are live. */
    public List<Lease> handles() {
        return live().flatMap(lease -> lease.publicObject().stream())
                .filter(Lease.class::isInstance)
                .map(Lease.class::cast)
                .toList();
    }

    public List<LeaseState> all() {
        return holds.values().stream().flatMap(hold -> hold.leases().stream()).toList();
    }

    /** The leases that stand on what the server knows by that id; none when it is not of this client. */
    public List<LeaseState> standingOn(String leaseId) {
        Hold hold = holds.get(leaseId);
        return hold == null ? List.of() : List.copyOf(hold.leases());
    }

    /** The server said that it was ended by force. */
    public void forced(String leaseId, String reason) {
        Hold hold = holds.get(leaseId);
        if (hold != null) {
            reports.lose(hold, Cause.FORCED, reason);
        }
    }

    /** These are held when the client is closed: told in the log, and each of them is to be lost next. */
    public void heldAtClosing(List<LeaseState> leases) {
        reports.heldAtClosing(leases);
    }

    /**
     * Who is to hear that there is a lease more. To be called while the client opens.
     *
     * @param action on the thread that brings the grant; must not block or throw
     */
    public void onAdd(Runnable action) {
        onAdd = action;
    }

    /** Ends the lease for that reason and tells it; completes when the server has been cleaned up. */
    public CompletableFuture<?> lose(LeaseState lease, Cause cause, String detail) {
        return reports.lose(lease, cause, detail);
    }

    Renewals renewals() {
        return renewals;
    }

    KeptLocks kept() {
        return kept;
    }
}
