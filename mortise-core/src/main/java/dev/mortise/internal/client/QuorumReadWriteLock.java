package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;

/** A read-write lock over several masters, whose readers stay readers. Stateless. */
final class QuorumReadWriteLock extends ClientReadWriteLock {
    QuorumReadWriteLock(ClientParts client, String name) {
        super(client, name);
    }

    @Override
    public Lease upgrade(Lease read, AcquireOptions options) {
        throw new UnsupportedOperationException(
                "a reader cannot become the writer over a quorum: two of them could each"
                        + " be first on some of its nodes, and both would wait; release it and acquire the write lock");
    }
}
