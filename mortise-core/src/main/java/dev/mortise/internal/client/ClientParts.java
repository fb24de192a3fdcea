package dev.mortise.internal.client;

import dev.mortise.ClientStatus;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockListener;
import dev.mortise.internal.acquire.AcquireContext;
import dev.mortise.internal.acquire.PollTurns;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.internal.deadlock.DeadlockVerdict;
import dev.mortise.internal.deadlock.DeadlockWatch;
import dev.mortise.internal.insight.HoldFinder;
import dev.mortise.internal.insight.Insight;
import dev.mortise.internal.insight.LockInspector;
import dev.mortise.internal.insight.WaitReports;
import dev.mortise.internal.lease.DetachedLeases;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseFactory;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.lease.OwnerClaims;
import dev.mortise.internal.lease.Releases;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.lease.UnderWay;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.stale.Janitor;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.DiagnosisTerms;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.OrphanCheck;
import dev.mortise.internal.store.TokenFloors;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one client, tied together over any authority, and what its locks need of them. Makes no lock itself: which
 * ones there are depends on the authority. Thread-safe.
 */
final class ClientParts {
    /*
     * Overview. The parts are made from the ground up, each with those that it knows. Where two know each other, the later
     * one is a function: the inbox tells the queues that a lock is contended, and a new lease asks whether the client
     * closes.
     *
     * The registers of UnderWay are added in the order in which things move through them: a listed work, a wait, a lease,
     * then a withdrawal, a request or a release. It reads them in that order, and would otherwise miss what moves
     * meanwhile.
     *
     * Nothing is sent before open(). It gives the store the inbox together with the id of the client, so no message can
     * come before the parts are there. If that fails, all is closed again. The first heartbeat follows and is not waited
     * for.
     */
    private final LockStore store;
    private final Time time;
    private final Contact contact;
    private final Identity identity;
    private final StatusReport status;
    private final ClientDiagnosis diagnosis;
    private final WaiterRegistry waits;
    private final LocalQueues queues;
    private final @Nullable DeadlockWatch deadlocks;
    private final @Nullable Janitor janitor;
    private final Heartbeat heartbeat;
    private final LockInspector reports;
    private final ForcedReleases forced;
    private final WaitReports waitReports;
    private final Insight insight;
    private final Lifecycle lifecycle;
    private final ChangeContext changes;
    private final Adoptions adoptions;
    private final Acquires acquires;
    private final ReentrantHolds holds = new ReentrantHolds();

    /** Ties the parts together, and sends nothing. */
    private ClientParts(
            LockStore store, Time time, ClientConfig config, @Nullable LockListener listener, Queues queues) {
        long commandTimeoutNanos = config.commandTimeout().toNanos();
        UnderWay underWay = new UnderWay();
        EventDispatcher events = new EventDispatcher(listener, time.callbacks());
        Releases releases = new Releases(store, time, commandTimeoutNanos, underWay);
        this.contact = new Contact(time);
        LeaseRegistry registry = new LeaseRegistry(store, time, events, underWay, contact);
        DetachedLeases detached = new DetachedLeases(time);
        Requests requests = new Requests(time, commandTimeoutNanos, underWay::less);
        SoleHold.Ways sole = new SoleHold.Ways(registry, releases);
        this.store = store;
        this.time = time;
        this.identity = new Identity(time);
        this.queues = queues.over(sole, identity::nextLeaseId);
        this.waits = new WaiterRegistry(registry, detached, releases, events, this.queues::contended, underWay);
        ClientRecord self = self(config);
        this.heartbeat = new Heartbeat(store, time, self, contact);
        this.reports = new LockInspector(store, time, registry, this.queues, identity.id());
        this.forced = new ForcedReleases(store, reports, new HoldFinder(registry), self);
        DeadlockSettings registering = config.deadlocks();
        this.waitReports = new WaitReports(
                store,
                time,
                reports,
                registering.isOn() ? registering.checkAfter().toNanos() : Long.MAX_VALUE,
                commandTimeoutNanos);
        this.insight = new Insight(config.insight(), time, waits, registry, waitReports, events, identity.id());
        this.lifecycle = new Lifecycle(
                time,
                underWay,
                new Shutdown(
                        store,
                        time,
                        underWay,
                        registry,
                        releases,
                        waits,
                        this.queues,
                        requests,
                        heartbeat,
                        commandTimeoutNanos));
        this.status = new StatusReport(store, time, contact, registry, waits, events.counts());
        this.diagnosis = new ClientDiagnosis(
                store,
                new DiagnosisTerms(config.lease(), config.commandTimeout(), config.quietPeriod(), false),
                status::now);
        this.deadlocks = deadlocks(config, registry, events);
        this.janitor =
                config.janitor().isZero() ? null : new Janitor(store, time, config.janitor(), identity::nextLeaseId);
        OwnerClaims claims = deadlocks == null ? OwnerClaims.NONE : deadlocks;
        registry.claims(claims);
        LeaseFactory leases = new LeaseFactory(
                time,
                registry,
                events,
                detached,
                config.limits(),
                underWay,
                claims,
                commandTimeoutNanos,
                lifecycle::endsLeases);
        TokenFloors floors = new TokenFloors();
        this.changes = new ChangeContext(store, time, requests, registry, leases, sole, floors);
        AcquireSpecs specs = new AcquireSpecs(config);
        this.adoptions = new Adoptions(changes, identity::nextLeaseId, specs::site);
        AcquireContext context = new AcquireContext(
                store,
                time,
                contact,
                waits,
                new PollTurns(),
                events,
                floors,
                commandTimeoutNanos,
                config.maxWaiters(),
                new OrphanCheck(store, time),
                claims,
                leases);
        this.acquires = new Acquires(context, specs, identity, this.queues, sole, lifecycle);
        underWay.add(waits::isEmpty);
        underWay.add(registry::isEmpty);
        underWay.add(waits::isNobodyLeaving);
        underWay.add(requests::isEmpty);
        underWay.add(releases::isEmpty);
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
        client.contact.answered();
        client.begin();
        return client;
    }

    /** As {@link #open}, but does not wait for the authority, which may not be there yet. */
    static ClientParts openLate(
            LockStore store, Time time, ClientConfig config, @Nullable LockListener listener, Queues queues) {
        ClientParts client = new ClientParts(store, time, config, listener, queues);
        store.open(client.identity.id(), client.waits).whenComplete((done, failure) -> {
            if (failure == null) {
                client.contact.answered();
            }
        });
        client.begin();
        return client;
    }

    private void begin() {
        heartbeat.beat();
        if (deadlocks != null) {
            deadlocks.start();
        }
        insight.start();
        if (janitor != null) {
            janitor.start();
        }
    }

    private @Nullable DeadlockWatch deadlocks(ClientConfig config, LeaseRegistry registry, EventDispatcher events) {
        DeadlockSettings settings = config.deadlocks();
        if (!settings.isOn()) {
            return null;
        }
        DeadlockVerdict verdict = new DeadlockVerdict(store, events);
        return new DeadlockWatch(
                store,
                time,
                settings,
                waits,
                registry,
                verdict,
                identity.id(),
                config.commandTimeout().toNanos());
    }

    /** As {@link Lifecycle#close}. */
    void close() {
        if (deadlocks != null) {
            deadlocks.stop();
        }
        insight.stop();
        if (janitor != null) {
            janitor.stop();
        }
        lifecycle.close();
    }

    /** As {@link #close()}, but holders get that time to end. */
    void close(Duration patience) {
        lifecycle.drain(patience);
        close();
    }

    @Override
    public String toString() {
        return "[client " + identity.id().substring(0, 6) + (lifecycle.isOpen() ? "]" : ", closed]");
    }

    /** Takes over what the ticket is for; see {@link dev.mortise.Mortise#adopt}. */
    Lease adopt(LeaseTicket ticket) {
        LockNames.check(Objects.requireNonNull(ticket, "ticket").lockName());
        acquires.specs().check(ticket);
        return lifecycle.call(() -> adoptions.adopt(ticket));
    }

    Acquires acquires() {
        return acquires;
    }

    ChangeContext changes() {
        return changes;
    }

    LockStore store() {
        return store;
    }

    /** As {@link dev.mortise.LockProvider#clientStatus}; also when it is closed. */
    ClientStatus status() {
        return status.now();
    }

    /** As {@link dev.mortise.LockProvider#leases}. */
    List<Lease> leases() {
        return changes.registry().handles();
    }

    ClientDiagnosis diagnosis() {
        return diagnosis;
    }

    LockInspector reports() {
        return reports;
    }

    ForcedReleases forced() {
        return forced;
    }

    WaitReports waitReports() {
        return waitReports;
    }

    /** How many locks this client holds or wants that may be handed on in it. */
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

    /** Makes the queues of a client, which may need more of the authority than its other parts. */
    interface Queues {
        LocalQueues over(SoleHold.Ways sole, Supplier<String> leaseIds);
    }

    /** What others read of this client. The name of the host is looked up once, when the client is made. */
    private ClientRecord self(ClientConfig config) {
        return new ClientRecord(
                identity.id(),
                Host.name(),
                ProcessHandle.current().pid(),
                config.clientName(),
                Host.version(),
                TimeUnit.MICROSECONDS.toMillis(time.wallMicros()));
    }
}
