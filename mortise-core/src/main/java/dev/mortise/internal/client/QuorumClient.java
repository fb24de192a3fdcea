package dev.mortise.internal.client;

import dev.mortise.ClientStatus;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockListener;
import dev.mortise.QuorumMortise;
import dev.mortise.QuorumStatus;
import dev.mortise.admin.LockAdmin;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One client of several independent masters, which together cannot do all that one authority can. Thread-safe. */
public final class QuorumClient implements QuorumMortise {
    private final ClientParts parts;
    private final QuorumStore store;

    /** Without resizing: there is no semaphore over a quorum. */
    private final LockAdmin admin;

    private QuorumClient(ClientParts parts, QuorumStore store) {
        this.parts = parts;
        this.store = store;
        this.admin = new StoreAdmin(
                store, parts.reports(), parts.forced(), QuorumClient::resize, parts.diagnosis(), parts::requireOpen);
    }

    /**
     * As {@link LockClient#open}.
     *
     * @throws dev.mortise.LockUnavailableException when no majority answers
     */
    public static QuorumClient open(
            QuorumStore store, Time time, ClientConfig config, @Nullable LockListener listener) {
        return new QuorumClient(
                ClientParts.open(store, time, config, listener, (sole, leaseIds) -> LocalQueues.none()), store);
    }

    @Override
    public LockAdmin admin() {
        parts.requireOpen();
        return admin;
    }

    /** There is no semaphore over a quorum. */
    private static CompletableFuture<Boolean> resize(String lock, long permits) {
        return CompletableFuture.completedFuture(false);
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
        return new QuorumReadWriteLock(parts, checked);
    }

    @Override
    public Lease adopt(LeaseTicket ticket) {
        return parts.adopt(ticket);
    }

    @Override
    public QuorumStatus status() {
        parts.requireOpen();
        Await.result(store.nodes().lookAtAll());
        return new QuorumStatus(store.nodes().status().stream()
                .map(node -> new QuorumStatus.Node(
                        node.name(), node.reachable(), Duration.ofNanos(node.latencyNanos()), node.lastError()))
                .toList());
    }

    @Override
    public List<Lease> leases() {
        return parts.leases();
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
        return "QuorumMortise" + parts;
    }
}
