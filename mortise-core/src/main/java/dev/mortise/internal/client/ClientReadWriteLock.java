package dev.mortise.internal.client;

import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

/** A public read-write lock of one client: two ways to use one name. Whether readers can become writers, its kind says. */
abstract class ClientReadWriteLock implements DistributedReadWriteLock {
    final ClientParts client;

    /** All permits of the name. An upgrade asks it who was in the way. */
    final NamedLock writer;

    private final String name;

    /** One permit of the name. */
    private final NamedLock reader;

    ClientReadWriteLock(ClientParts client, String name) {
        this.client = client;
        this.name = name;
        this.reader = new NamedLock(client, name, Permits.READER);
        this.writer = new NamedLock(client, name, Permits.WRITER);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DistributedLock readLock() {
        return reader;
    }

    @Override
    public DistributedLock writeLock() {
        return writer;
    }

    @Override
    public Lease downgrade(Lease write) {
        return new Downgrade(client.changes(), own(write, "write", Permits.WRITER)).run();
    }

    @Override
    public ReadWriteLock asReadWriteLock() {
        Lock readView = reader.asLock();
        Lock writeView = writer.asLock();
        String shown = "ReadWriteLock[" + name + "]";
        return new ReadWriteLock() {
            @Override
            public Lock readLock() {
                return readView;
            }

            @Override
            public Lock writeLock() {
                return writeView;
            }

            @Override
            public String toString() {
                return shown;
            }
        };
    }

    @Override
    public String toString() {
        return "DistributedReadWriteLock[" + name + "]";
    }

    /** That lease, if it is one of this lock and client, and so used. */
    final LeaseHandle own(Lease lease, String what, Permits use) {
        if (Objects.requireNonNull(lease, what) instanceof LeaseHandle handle
                && client.changes().leases().owns(handle)) {
            LeaseTerms terms = handle.lease().terms();
            boolean fits = terms.shape().equals(use.shape()) && terms.permits() == use.permits();
            if (fits && terms.lock().equals(name)) {
                return handle;
            }
        }
        throw new IllegalArgumentException(
                what + " must be a " + what + " lease of lock '" + name + "' and this client, was " + lease);
    }
}
