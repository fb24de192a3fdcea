package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import java.util.concurrent.locks.ReadWriteLock;

/** A read-write lock over several masters, whose readers stay readers. */
record QuorumReadWriteLock(DistributedReadWriteLock context) implements DistributedReadWriteLock {
    @Override
    public String name() {
        return context.name();
    }

    @Override
    public DistributedLock readLock() {
        return context.readLock();
    }

    @Override
    public DistributedLock writeLock() {
        return context.writeLock();
    }

    @Override
    public Lease downgrade(Lease write) {
        return context.downgrade(write);
    }

    @Override
    public Lease upgrade(Lease read, AcquireOptions options) {
        throw new UnsupportedOperationException(
                "a reader cannot become the writer over a quorum: two of them could each"
                        + " be first on some of its nodes, and both would wait; release it and acquire the write lock");
    }

    @Override
    public ReadWriteLock asReadWriteLock() {
        return context.asReadWriteLock();
    }

    @Override
    public String toString() {
        return context.toString();
    }
}
