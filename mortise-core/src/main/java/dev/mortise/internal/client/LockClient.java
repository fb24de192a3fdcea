package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockListener;
import dev.mortise.Mortise;
import dev.mortise.OnLoss;
import dev.mortise.Owner;
import dev.mortise.admin.LockAdmin;
import dev.mortise.internal.lease.Detached;
import dev.mortise.internal.lease.Events;
import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.Keeper;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.Releaser;
import dev.mortise.internal.lease.Terms;
import dev.mortise.internal.lease.Uninterruptibly;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.time.Time;
import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Departure;
import dev.mortise.internal.waiting.EndlessWatch;
import dev.mortise.internal.waiting.Engine;
import dev.mortise.internal.waiting.Grant;
import dev.mortise.internal.waiting.Waits;
import dev.mortise.internal.waiting.Wish;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One client of one authority: ties the parts of the engine together. Thread-safe. */
public final class LockClient implements Mortise {
    private final LockStore store;
    private final Time time;
    private final Identity identity;
    private final Keeper keeper;
    private final Releaser releaser;
    private final Detached detached;
    private final Waits waits;
    private final Engine engine;
    private final Heartbeat heartbeat;
    private final Wishes wishes;
    private final Reports reports;
    private final ThreadHolds holds = new ThreadHolds();
    private final LockAdmin admin;
    private final long commandTimeoutNanos;

    /** Once true stays true: nothing new begins. */
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Once true stays true: nothing under way goes on. */
    private final AtomicBoolean ended = new AtomicBoolean();

    private final Set<Repeated<?>> repeated = ConcurrentHashMap.newKeySet();

    private LockClient(LockStore store, Time time, ClientConfig config, @Nullable LockListener listener) {
        this.store = store;
        this.time = time;
        this.identity = new Identity(time);
        this.commandTimeoutNanos = config.commandTimeout().toNanos();
        Events events = new Events(listener, time.callbacks());
        this.releaser = new Releaser(store, time, events, commandTimeoutNanos);
        this.keeper = new Keeper(store, time, events, releaser, config.limits());
        this.detached = new Detached(time);
        this.waits = new Waits(keeper, detached, releaser, events);
        this.engine = new Engine(
                store,
                time,
                waits,
                events,
                new AtomicLong(),
                commandTimeoutNanos,
                config.maxWaiters(),
                new EndlessWatch(store),
                this::lease);
        this.heartbeat = new Heartbeat(store, time, self(config));
        this.wishes = new Wishes(config);
        this.reports = new Reports(store);
        this.admin = new StoreAdmin(store, reports, this::requireOpen);
    }

    /**
     * Connects the parts and says hello to the server. Blocks for about one command time-out at most.
     *
     * @throws dev.mortise.LockUnavailableException when the server does not answer or refuses
     */
    public static LockClient open(LockStore store, Time time, ClientConfig config, @Nullable LockListener listener) {
        LockClient client = new LockClient(store, time, config, listener);
        try {
            Unavailable.unless("", store.open(client.identity.id(), client.waits));
        } catch (RuntimeException e) {
            client.closed.set(true);
            store.close();
            time.close();
            throw e;
        }
        client.heartbeat.beat();
        return client;
    }

    @Override
    public DistributedLock lock(String name) {
        String checked = Names.check(name);
        requireOpen();
        return new EngineLock(this, checked, Use.MUTEX);
    }

    @Override
    public DistributedReadWriteLock readWriteLock(String name) {
        String checked = Names.check(name);
        requireOpen();
        return new EngineReadWriteLock(this, checked);
    }

    @Override
    public DistributedSemaphore semaphore(String name, int permits) {
        EngineSemaphore semaphore = new EngineSemaphore(this, Names.check(name), permits);
        requireOpen();
        return semaphore;
    }

    @Override
    public Lease adopt(LeaseTicket ticket) {
        Names.check(Objects.requireNonNull(ticket, "ticket").lockName());
        requireOpen();
        String note = Owner.currentThread().resolve() + "\t";
        long leaseNanos = ticket.lease().toNanos();
        Repeated.Answer<Optional<Long>> adopted = adopted(ticket, identity.nextLeaseId(), note);
        if (adopted.value().isEmpty()) {
            throw new LeaseLostException(
                    ticket.lockName(),
                    ticket.fencingToken(),
                    new LeaseLoss(Cause.TAKEN, "the lease is over, or the ticket was used before"));
        }
        Terms terms = new Terms(
                ticket.lockName(),
                new Shape(ticket.kind(), ticket.capacity()),
                ticket.permits(),
                leaseNanos,
                ticket.renewal(),
                0,
                OnLoss.NOTIFY,
                note,
                Thread.currentThread(),
                false);
        engine.floor().accumulateAndGet(ticket.fencingToken(), Math::max);
        return held(new HeldLease(
                time,
                terms,
                ticket.leaseId(),
                adopted.value().get(),
                ticket.adoption() + 1,
                adopted.base(),
                leaseNanos,
                false,
                1,
                () -> false));
    }

    private Repeated.Answer<Optional<Long>> adopted(LeaseTicket ticket, String adoptionId, String note) {
        String lock = ticket.lockName();
        long leaseMillis = ticket.lease().toMillis();
        try {
            return repeat(() -> store.adopt(lock, ticket.leaseId(), ticket.adoption(), adoptionId, leaseMillis, note));
        } catch (RuntimeException e) {
            throw Unavailable.of(lock, e);
        }
    }

    @Override
    public LockAdmin admin() {
        requireOpen();
        return admin;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        new Closing(time, keeper, waits, heartbeat, commandTimeoutNanos).run();
        ended.set(true);
        releaser.close();
        waits.all().forEach(Acquisition::forsake);
        repeated.forEach(Repeated::forsake);
        store.close();
        time.close();
    }

    @Override
    public String toString() {
        return "Mortise[client " + identity.id().substring(0, 6) + (closed.get() ? ", closed]" : "]");
    }

    /** Begins an acquire; its result tells how it ended. */
    Acquisition begin(Wish wish) {
        requireOpen();
        Acquisition acquisition = new Acquisition(engine, wish, identity.nextLeaseId());
        acquisition.start();
        if (closed.get()) {
            acquisition.leave(Departure.CLOSED);
        }
        if (ended.get()) {
            acquisition.forsake();
        }
        return acquisition;
    }

    /**
     * Asks, again if need be, until it is answered or a command time-out is over; not interruptible.
     *
     * @throws StoreException without an answer
     */
    <T> Repeated.Answer<T> repeat(Supplier<CompletableFuture<T>> request) {
        Repeated<T> asking = new Repeated<>(time, commandTimeoutNanos, request);
        repeated.add(asking);
        CompletableFuture<Repeated.Answer<T>> answer = asking.start();
        if (ended.get()) {
            asking.forsake();
        }
        try {
            return Uninterruptibly.get(answer);
        } finally {
            repeated.remove(asking);
        }
    }

    Wish wish(String lock, Use use, AcquireOptions options, boolean threadBound, long maxWaitNanos, boolean explain) {
        return wishes.of(lock, use, options, threadBound, maxWaitNanos, explain);
    }

    /** Whether the lease is of this client. */
    boolean owns(LeaseHandle lease) {
        return lease.isOf(keeper);
    }

    LeaseHandle downgrade(LeaseHandle write) {
        return new Downgrading(this, write).run();
    }

    /** The largest fencing token seen so far, this one included. */
    long seen(long token) {
        return engine.floor().accumulateAndGet(token, Math::max);
    }

    void check(AcquireOptions options) {
        wishes.check(options);
    }

    LockStore store() {
        return store;
    }

    Reports reports() {
        return reports;
    }

    Keeper keeper() {
        return keeper;
    }

    ThreadHolds holds() {
        return holds;
    }

    Time time() {
        return time;
    }

    void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this Mortise is closed");
        }
    }

    private LeaseHandle lease(Terms terms, Grant grant) {
        return held(new HeldLease(
                time,
                terms,
                grant.leaseId(),
                grant.token(),
                0,
                grant.base(),
                grant.worthNanos(),
                grant.claimOnly(),
                grant.releaseHint(),
                grant.latePossible()));
    }

    /** A lease that comes while the client closes is ended by the closing, or here. */
    LeaseHandle held(HeldLease lease) {
        LeaseHandle handle = new LeaseHandle(lease, keeper, releaser, detached, time);
        if (closed.get()) {
            keeper.lose(lease, Cause.CLIENT_CLOSED, "its client was closed");
        }
        return handle;
    }

    private ClientRecord self(ClientConfig config) {
        return new ClientRecord(
                identity.id(), Host.name(), ProcessHandle.current().pid(), config.clientName(), Host.version());
    }
}
