package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockKind;
import dev.mortise.LockListener;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireContext;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.acquire.Grant;
import dev.mortise.internal.acquire.OpenPassage;
import dev.mortise.internal.acquire.PollTurns;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.DetachedLeases;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseIds;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.lease.Releaser;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.multi.MultiAcquire;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.queue.Passage;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.OrphanCheck;
import dev.mortise.internal.store.TokenFloors;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one client, tied together over any authority, and what its locks need of them. Makes no lock itself: which
 * ones there are depends on the authority. Thread-safe.
 */
final class ClientParts {
    private final LockStore store;
    private final Time time;
    private final Identity identity;
    private final EventDispatcher events;
    private final LeaseRegistry registry;
    private final Releaser releaser;
    private final DetachedLeases detached;
    private final WaiterRegistry waits;
    private final AcquireContext context;
    private final SoleHold.Ways sole;
    private final OpenPassage open;
    private final LocalQueues queues;
    private final Heartbeat heartbeat;
    private final AcquireSpecs specs;
    private final LockInspector reports;
    private final ReentrantHolds holds = new ReentrantHolds();
    private final long commandTimeoutNanos;

    private final Adoptions adoptions;
    private final Requests requests;
    private final Lifecycle lifecycle;

    private ClientParts(
            LockStore store, Time time, ClientConfig config, @Nullable LockListener listener, Queues queues) {
        UnderWay underWay = new UnderWay();
        this.store = store;
        this.time = time;
        this.identity = new Identity(time);
        this.commandTimeoutNanos = config.commandTimeout().toNanos();
        this.events = new EventDispatcher(listener, time.callbacks());
        this.releaser = new Releaser(store, time, commandTimeoutNanos, underWay);
        this.registry = new LeaseRegistry(store, time, events, config.limits(), underWay);
        this.detached = new DetachedLeases(time);
        this.requests = new Requests(time, commandTimeoutNanos, underWay::less);
        this.sole = new SoleHold.Ways(registry, releaser);
        this.open = new OpenPassage(sole);
        this.queues = queues.over(sole, identity::nextLeaseId);
        this.waits = new WaiterRegistry(registry, detached, releaser, events, this.queues::contended, underWay);
        this.context = new AcquireContext(
                store,
                time,
                waits,
                new PollTurns(),
                events,
                new TokenFloors(),
                commandTimeoutNanos,
                config.maxWaiters(),
                new OrphanCheck(store, time),
                this::lease);
        this.heartbeat = new Heartbeat(store, time, self(config));
        this.specs = new AcquireSpecs(config);
        this.adoptions = new Adoptions(this, identity::nextLeaseId);
        this.reports = new LockInspector(store, time, registry, this.queues, identity.id());
        this.lifecycle = new Lifecycle(
                time,
                underWay,
                new Shutdown(
                        store,
                        time,
                        underWay,
                        registry,
                        releaser,
                        waits,
                        this.queues,
                        requests,
                        heartbeat,
                        commandTimeoutNanos));
        underWay.add(waits::isEmpty);
        underWay.add(registry::isEmpty);
        underWay.add(waits::isNobodyLeaving);
        underWay.add(requests::isEmpty);
        underWay.add(releaser::isEmpty);
    }

    /**
     * Connects the parts and says hello to the authority. Blocks for about one command time-out at most.
     *
     * @param queues makes those of this client
     * @throws dev.mortise.LockUnavailableException when the server does not answer or refuses
     */
    static ClientParts open(
            LockStore store, Time time, ClientConfig config, @Nullable LockListener listener, Queues queues) {
        ClientParts client = new ClientParts(store, time, config, listener, queues);
        try {
            Unavailable.unless("", store.open(client.identity.id(), client.waits));
        } catch (RuntimeException | Error e) {
            client.lifecycle.giveUp();
            throw e;
        }
        client.heartbeat.beat();
        return client;
    }

    /** As {@link Lifecycle#close}. */
    void close() {
        lifecycle.close();
    }

    /** As {@link #close()}, but holders get that time to end. */
    void close(Duration patience) {
        lifecycle.drain(patience);
        lifecycle.close();
    }

    @Override
    public String toString() {
        return "[client " + identity.id().substring(0, 6) + (lifecycle.isOpen() ? "]" : ", closed]");
    }

    /** Takes over what the ticket is for; see {@link dev.mortise.Mortise#adopt}. */
    Lease adopt(LeaseTicket ticket) {
        LockNames.check(Objects.requireNonNull(ticket, "ticket").lockName());
        specs.check(ticket);
        return lifecycle.call(() -> adoptions.adopt(ticket));
    }

    /** Begins an acquire; its result tells how it ended. */
    Acquire begin(AcquireSpec spec) {
        LeaseTerms terms = spec.terms();
        // What a queue passes on was granted to somebody else, and perhaps not copied.
        boolean mayBeHandedOn =
                terms.shape().kind() != LockKind.SEMAPHORE && spec.durability().isNone();
        Passage.Door door = mayBeHandedOn ? queues.door(terms.lock(), terms.shape(), open) : open;
        return lifecycle.begin(new Acquire(context, spec, identity.nextLeaseId(), door));
    }

    /** What lets an acquire ask the server for itself, whatever others here want. */
    Passage.Door noQueue() {
        return open;
    }

    /** Begins an acquire that knows what it asks for. */
    <A extends Acquire> A begin(A acquire) {
        return lifecycle.begin(acquire);
    }

    /** Begins an acquire of several locks; its result tells how it ended. */
    MultiAcquire begin(MultiAcquire multiAcquire) {
        return lifecycle.beginListed(multiAcquire);
    }

    /** The wait of this thread for it. */
    <T> CallerWait<T> waitFor(CallerWait.Awaited<T> awaited) {
        return new CallerWait<>(time, awaited, commandTimeoutNanos);
    }

    Requests requests() {
        return requests;
    }

    AcquireSpec spec(
            String lock, Permits use, AcquireOptions options, boolean threadBound, long maxWaitNanos, boolean explain) {
        return specs.of(lock, use, options, threadBound, maxWaitNanos, explain);
    }

    /** How far a grant to such an acquire must be copied. */
    Durability durability(AcquireOptions options) {
        return specs.durability(options);
    }

    /** Whether the lease is of this client. */
    boolean owns(LeaseHandle lease) {
        return lease.isOf(registry);
    }

    SoleHold.Ways soleHolds() {
        return sole;
    }

    /**
     * One lease takes the place of another: in the registry first, so that their id is known there without a gap.
     *
     * @throws LeaseLostException when the former has ended meanwhile; then the other has too
     */
    LeaseHandle succeed(LeaseHandle former, LeaseState next) {
        LeaseHandle handle = replace(former, next);
        if (!handle.isValid()) {
            throw former.lease().isDetached() ? handle.gone() : former.gone();
        }
        return handle;
    }

    /**
     * As {@link #succeed}, but answers a lost lease when the former has ended meanwhile. It cannot have been detached: a lease
     * is changed by one call at a time. So what the server has under their id is nobody else's, and goes.
     */
    LeaseHandle replace(LeaseHandle former, LeaseState next) {
        LeaseHandle handle = held(next);
        if (former.lease().detach()) {
            registry.remove(former.lease());
        } else {
            registry.lose(next, Cause.GONE, "it ended while it was changed");
        }
        return handle;
    }

    /** The largest fencing token seen so far of that lock, this one included. */
    long seen(String lock, long token) {
        return context.floors().raise(lock, token);
    }

    void check(AcquireOptions options) {
        specs.check(options);
    }

    /** What the parts of an acquire need. */
    AcquireContext context() {
        return context;
    }

    String nextLeaseId() {
        return identity.nextLeaseId();
    }

    LockStore store() {
        return store;
    }

    LockInspector reports() {
        return reports;
    }

    LeaseRegistry registry() {
        return registry;
    }

    /** How many locks somebody of this client holds or wants, as far as they are passed on here. */
    int queues() {
        return queues.size();
    }

    ReentrantHolds holds() {
        return holds;
    }

    Time time() {
        return time;
    }

    void requireOpen() {
        lifecycle.requireOpen();
    }

    private LeaseHandle lease(LeaseTerms terms, Grant grant) {
        String id = LeaseIds.of(grant.hold(), grant.token());
        return held(new LeaseState(time, terms, grant.hold(), id, grant.token(), 0, grant.claimOnly()));
    }

    /** A lease that comes while the client closes is ended by the closing, or here. */
    LeaseHandle held(LeaseState lease) {
        LeaseHandle handle = new LeaseHandle(lease, registry, events, detached, time);
        if (lifecycle.endsLeases()) {
            registry.lose(lease, Cause.CLIENT_CLOSED, "its client was closed");
        }
        return handle;
    }

    /** Makes the queues of a client, which may need more of the authority than its other parts. */
    interface Queues {
        LocalQueues over(SoleHold.Ways sole, Supplier<String> leaseIds);
    }

    private ClientRecord self(ClientConfig config) {
        return new ClientRecord(
                identity.id(), Host.name(), ProcessHandle.current().pid(), config.clientName(), Host.version());
    }
}
