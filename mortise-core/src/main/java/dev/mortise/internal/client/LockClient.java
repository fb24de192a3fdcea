package dev.mortise.internal.client;

import dev.mortise.ClientStatus;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockListener;
import dev.mortise.Mortise;
import dev.mortise.admin.LockAdmin;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.SingleAuthorityStore;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of an authority that decides alone. Thread-safe. */
public final class LockClient implements Mortise {
    private final ClientParts parts;
    private final SingleAuthorityStore store;
    private final Upgrades upgrades;
    private final LockAdmin admin;

    private LockClient(ClientParts parts, SingleAuthorityStore store) {
        this.parts = parts;
        this.store = store;
        this.upgrades = new Upgrades(parts.changes(), store);
        this.admin = new StoreAdmin(
                store, parts.reports(), parts.forced(), store::resize, parts.diagnosis(), parts::requireOpen);
    }

    /**
     * Connects the parts and says hello to the server. Blocks for about one command time-out at most.
     *
     * @throws dev.mortise.LockUnavailableException when the server does not answer or refuses
     */
    public static LockClient open(
            SingleAuthorityStore store, Time time, ClientConfig config, @Nullable LockListener listener) {
        return new LockClient(ClientParts.open(store, time, config, listener, queues(store, time, config)), store);
    }

    /** As {@link #open}, without waiting for the server, which may not be there yet. */
    public static LockClient openLate(
            SingleAuthorityStore store, Time time, ClientConfig config, @Nullable LockListener listener) {
        return new LockClient(ClientParts.openLate(store, time, config, listener, queues(store, time, config)), store);
    }

    private static ClientParts.Queues queues(SingleAuthorityStore store, Time time, ClientConfig config) {
        return (sole, leaseIds) ->
                new LocalQueues(store, time, sole, leaseIds, config.handOffLimits(), config.maxWaiters());
    }

    @Override
    public DistributedLock lock(String name) {
        String checked = LockNames.check(name);
        parts.requireOpen();
        return new NamedLock(parts, checked, Permits.MUTEX);
    }

    @Override
    public DistributedReadWriteLock readWriteLock(String name) {
        String checked = LockNames.check(name);
        parts.requireOpen();
        return new UpgradableLock(parts, checked, upgrades);
    }

    @Override
    public DistributedSemaphore semaphore(String name, int permits) {
        ClientSemaphore semaphore = new ClientSemaphore(parts, LockNames.check(name), permits);
        parts.requireOpen();
        return semaphore;
    }

    @Override
    public DistributedLock allOf(String... names) {
        List<String> all = LockNames.checkAll(names);
        parts.requireOpen();
        return all.size() == 1 ? new NamedLock(parts, all.get(0), Permits.MUTEX) : new MultiLock(parts, store, all);
    }

    @Override
    public Lease adopt(LeaseTicket ticket) {
        return parts.adopt(ticket);
    }

    @Override
    public List<Lease> leases() {
        return parts.leases();
    }

    @Override
    public LockAdmin admin() {
        parts.requireOpen();
        return admin;
    }

    /** How many locks this client holds or wants that may be handed on in it. */
    public int queues() {
        return parts.queues();
    }

    @Override
    public ClientStatus clientStatus() {
        return parts.status();
    }

    @Override
    public void close() {
        parts.close();
    }

    @Override
    public void close(Duration patience) {
        parts.close(patience);
    }

    @Override
    public String toString() {
        return "Mortise" + parts;
    }
}
