package dev.mortise.internal.client;

import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockListener;
import dev.mortise.QuorumMortise;
import dev.mortise.QuorumStatus;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client of several independent masters: the engine over them, less what only one authority can do. Thread-safe. */
public final class QuorumClient implements QuorumMortise {
    private final LockClient client;
    private final QuorumStore store;

    private QuorumClient(LockClient client, QuorumStore store) {
        this.client = client;
        this.store = store;
    }

    /**
     * As {@link LockClient#open}.
     *
     * @throws dev.mortise.LockUnavailableException when no majority answers
     */
    public static QuorumClient open(
            QuorumStore store, Time time, ClientConfig config, @Nullable LockListener listener) {
        return new QuorumClient(LockClient.open(store, time, config, listener), store);
    }

    /** What it is made of. */
    public LockClient client() {
        return client;
    }

    @Override
    public DistributedLock lock(String name) {
        return client.lock(name);
    }

    @Override
    public DistributedReadWriteLock readWriteLock(String name) {
        return new QuorumReadWriteLock(client.readWriteLock(name));
    }

    @Override
    public Lease adopt(LeaseTicket ticket) {
        return client.adopt(ticket);
    }

    @Override
    public QuorumStatus status() {
        client.requireOpen();
        Await.result(store.lookAtAll());
        return new QuorumStatus(store.status().stream()
                .map(node -> new QuorumStatus.Node(
                        node.name(), node.reachable(), Duration.ofNanos(node.latencyNanos()), node.lastError()))
                .toList());
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public void close(Duration patience) {
        client.close(patience);
    }

    @Override
    public String toString() {
        return "Quorum" + client;
    }
}
