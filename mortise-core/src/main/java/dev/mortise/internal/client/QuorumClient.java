package dev.mortise.internal.client;

import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockListener;
import dev.mortise.QuorumMortise;
import dev.mortise.QuorumStatus;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.time.Await;
import dev.mortise.internal.time.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client of several independent masters: the engine over them, less what only one authority can do. Thread-safe. */
public final class QuorumClient implements QuorumMortise {
    private final LockClient engine;
    private final QuorumStore store;

    private QuorumClient(LockClient engine, QuorumStore store) {
        this.engine = engine;
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
    public LockClient engine() {
        return engine;
    }

    @Override
    public DistributedLock lock(String name) {
        return engine.lock(name);
    }

    @Override
    public DistributedReadWriteLock readWriteLock(String name) {
        return new QuorumReadWriteLock(engine.readWriteLock(name));
    }

    @Override
    public Lease adopt(LeaseTicket ticket) {
        return engine.adopt(ticket);
    }

    @Override
    public QuorumStatus status() {
        engine.requireOpen();
        Await.result(store.lookAtAll());
        return new QuorumStatus(store.status().stream()
                .map(node -> new QuorumStatus.Node(
                        node.name(), node.reachable(), Duration.ofNanos(node.latencyNanos()), node.lastError()))
                .toList());
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public void close(Duration patience) {
        engine.close(patience);
    }

    @Override
    public String toString() {
        return "Quorum" + engine;
    }
}
