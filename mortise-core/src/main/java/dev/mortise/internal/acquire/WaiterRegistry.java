package dev.mortise.internal.acquire;

import dev.mortise.LockEvent;
import dev.mortise.internal.lease.DetachedLeases;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.Releases;
import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.store.InboxListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acquires of this client that are under way, by lease id, and what the inbox says to them. A grant for a lease id that no
 * acquire here waits for, no lease has, no ticket took away and no release is about is given back at once. Called on I/O threads;
 * never blocks.
 */
public final class WaiterRegistry implements InboxListener {
    /*
     * Overview. A message is a hint: it names a lock and a lease id, may be lost, late or repeated, and decides nothing by
     * itself. A grant is for one of four:
     *
     *   an acquire        it takes the grant, or asks again to confirm it
     *   a lease           it came twice, or after the reply: nothing
     *   a ticket          the same, for a lease that has left this client
     *   a release         the same, for a lease that is just going back
     *
     * Any other grant is for an acquire that is gone. It is given back, so that no waiter elsewhere waits for the end of a
     * claim. This is sound because an acquire leaves this register only when its lease is in the registry, or its
     * withdrawal is on its way.
     *
     * When the inbox was away, messages may be lost. So every wait asks again, each in its turn to poll.
     */
    private static final Logger log = LoggerFactory.getLogger(WaiterRegistry.class);

    /** From before the first request until the result is complete. By lease id. */
    private final ConcurrentMap<String, Acquire> waiting = new ConcurrentHashMap<>();

    private final LeaseRegistry registry;
    private final DetachedLeases detached;
    private final Releases releases;
    private final EventDispatcher events;
    private final Consumer<String> contended;
    private final UnderWay underWay;

    /** Hears of each waiter that is told to look again. */
    private volatile Consumer<Acquire> onNudge = waiter -> {};

    /** Hears of each waiter that was in a deadlock, and whose wait has ended that. */
    private volatile BiConsumer<Acquire, String> onSurvival = (waiter, victim) -> {};

    /** Hears that an acquire has begun. */
    private volatile Runnable onEnter = () -> {};

    /** Withdrawals that the server has not acknowledged. */
    private final Set<Withdrawal> leaving = ConcurrentHashMap.newKeySet();

    /** @param contended hears the names of locks for which another client waits */
    public WaiterRegistry(
            LeaseRegistry registry,
            DetachedLeases detached,
            Releases releases,
            EventDispatcher events,
            Consumer<String> contended,
            UnderWay underWay) {
        this.registry = registry;
        this.detached = detached;
        this.releases = releases;
        this.events = events;
        this.contended = contended;
        this.underWay = underWay;
    }

    @Override
    public void granted(String lock, String leaseId, long token, long claimMillis, long others) {
        long claim = TimeUnit.MILLISECONDS.toNanos(claimMillis);
        Acquire waiter = waiting.get(leaseId);
        if (waiter != null) {
            waiter.pushed(token, claim, others);
        } else if (!isKnown(leaseId)) {
            log.debug("A grant of lock '{}' came for nobody here, it goes to the next", lock);
            releases.giveBack(lock, leaseId, claim);
        }
    }

    /**
     * A message may come more than once: while a new subscription has begun and the old one has not ended, both bring it.
     * In this order, as a release is entered before its hold is forgotten.
     */
    private boolean isKnown(String leaseId) {
        return registry.knows(leaseId) || detached.knows(leaseId) || releases.isReleasing(leaseId);
    }

    @Override
    public void contended(String lock) {
        contended.accept(lock);
    }

    @Override
    public void nudged(String lock, String leaseId) {
        Acquire waiter = waiting.get(leaseId);
        if (waiter != null) {
            waiter.nudged();
            onNudge.accept(waiter);
        }
    }

    /**
     * Who else is to hear that an acquire has begun. To be called while the client opens.
     *
     * @param action on the thread of the acquire; must not block or throw
     */
    public void onEnter(Runnable action) {
        Runnable before = onEnter;
        onEnter = () -> {
            before.run();
            action.run();
        };
    }

    /**
     * Who is to hear of each waiter that is told to look again; one at a time.
     *
     * @param action on an I/O thread; must not block
     */
    public void onNudge(Consumer<Acquire> action) {
        onNudge = action;
    }

    /**
     * Who is to hear of each waiter that was in a deadlock, and whose wait has ended that; one at a time.
     *
     * @param action on an I/O thread; must not block
     */
    public void onSurvival(BiConsumer<Acquire, String> action) {
        onSurvival = action;
    }

    @Override
    public void survived(String lock, String leaseId, String victim) {
        Acquire waiter = waiting.get(leaseId);
        if (waiter != null) {
            onSurvival.accept(waiter, victim);
        }
    }

    @Override
    public void forced(String leaseId, String reason) {
        registry.forced(leaseId, reason);
    }

    @Override
    public void deaf() {
        waiting.values().forEach(Acquire::nudged);
    }

    @Override
    public void reconnected() {
        events.emit(() -> new LockEvent.InboxReconnected(""));
        waiting.values().forEach(Acquire::nudged);
    }

    /** Those that ask or wait at this moment; others may come and go meanwhile. */
    public List<Acquire> all() {
        return List.copyOf(waiting.values());
    }

    /** Whether there is such a one. */
    public boolean isAny(Predicate<Acquire> which) {
        return waiting.values().stream().anyMatch(which);
    }

    /** To be called before anything is sent for it. */
    void enter(Acquire waiter) {
        waiting.put(waiter.leaseId, waiter);
        onEnter.run();
    }

    /** To be called after its lease, if it has one, is in the registry of leases. */
    void leave(Acquire waiter) {
        waiting.remove(waiter.leaseId, waiter);
        underWay.less();
    }

    /** A withdrawal begins; a closing client waits for it until {@link #hasLeft}. */
    void leaves(Withdrawal withdrawal) {
        leaving.add(withdrawal);
    }

    void hasLeft(Withdrawal withdrawal) {
        leaving.remove(withdrawal);
        underWay.less();
    }

    /** Whether no acquire asks or waits. */
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether no wait is being withdrawn. */
    public boolean isNobodyLeaving() {
        return leaving.isEmpty();
    }
}
