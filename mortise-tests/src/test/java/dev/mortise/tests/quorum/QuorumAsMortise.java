package dev.mortise.tests.quorum;

import dev.mortise.ClientStatus;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.Mortise;
import dev.mortise.admin.LockAdmin;
import dev.mortise.internal.client.QuorumClient;
import java.time.Duration;
import java.util.List;

/** A client of a quorum as a contract of one authority wants it, less what only one authority can do. */
public record QuorumAsMortise(QuorumClient client) implements Mortise {
    @Override
    public DistributedLock lock(String name) {
        return client.lock(name);
    }

    @Override
    public DistributedReadWriteLock readWriteLock(String name) {
        return client.readWriteLock(name);
    }

    @Override
    public DistributedSemaphore semaphore(String name, int permits) {
        throw new UnsupportedOperationException("no semaphore over a quorum");
    }

    @Override
    public DistributedLock allOf(String... names) {
        throw new UnsupportedOperationException("no several locks as one over a quorum");
    }

    @Override
    public Lease adopt(LeaseTicket ticket) {
        return client.adopt(ticket);
    }

    @Override
    public LockAdmin admin() {
        return client.admin();
    }

    @Override
    public List<Lease> leases() {
        return client.leases();
    }

    @Override
    public ClientStatus clientStatus() {
        return client.clientStatus();
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public void close(Duration patience) {
        client.close(patience);
    }
}
