package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.InboxListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one node says unasked: passed on when it matters to the whole. Never blocks. */
final class NodeInbox implements InboxListener {
    private final Node node;
    private final Function<String, @Nullable QuorumAcquire> acquires;
    private final InboxListener client;
    private final Reconnects reconnects;

    /** @param acquires what this client does under a lease id */
    NodeInbox(
            Node node,
            Function<String, @Nullable QuorumAcquire> acquires,
            InboxListener client,
            Reconnects reconnects) {
        this.node = node;
        this.acquires = acquires;
        this.client = client;
        this.reconnects = reconnects;
    }

    /** No node makes anybody a holder unasked. */
    @Override
    public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {}

    /** No lease asks for that. */
    @Override
    public void contended(String lock) {}

    @Override
    public void nudged(String lock, String leaseId) {
        QuorumAcquire acquire = acquires.apply(leaseId);
        if (acquire != null) {
            acquire.nudged(node, () -> client.nudged(lock, leaseId));
        }
    }

    /** From each node; the client says it once. */
    @Override
    public void survived(String lock, String leaseId, String victim) {
        client.survived(lock, leaseId, victim);
    }

    @Override
    public void forced(String leaseId, String reason) {
        QuorumAcquire acquire = acquires.apply(leaseId);
        if (acquire != null && acquire.forced(node)) {
            client.forced(leaseId, reason);
        }
    }

    @Override
    public void reconnected() {
        reconnects.one(client);
    }

    /** Those of several nodes, which come together, as one. */
    static final class Reconnects {
        private static final long SPREAD = TimeUnit.MILLISECONDS.toNanos(20);

        private final Time time;
        private final AtomicBoolean due = new AtomicBoolean();

        Reconnects(Time time) {
            this.time = time;
        }

        void one(InboxListener client) {
            if (due.compareAndSet(false, true)) {
                time.schedule(SPREAD / 2 + time.random(SPREAD / 2), () -> {
                    due.set(false);
                    client.reconnected();
                });
            }
        }
    }
}
