package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

/** The public read-write lock over the engine: two ways to use one name. Stateless. */
final class ClientReadWriteLock implements DistributedReadWriteLock {
    private final LockClient client;
    private final String name;
    private final NamedLock reader;
    private final NamedLock writer;

    ClientReadWriteLock(LockClient client, String name) {
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
        return client.downgrade(own(write, "write", Permits.WRITER));
    }

    @Override
    public Lease upgrade(Lease read, AcquireOptions options) throws InterruptedException {
        Objects.requireNonNull(options, "options");
        LeaseHandle handle = own(read, "read", Permits.READER);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        AcquireSpec spec =
                client.spec(name, Permits.WRITER, options, false, AcquireSpecs.maxWaitNanos(options.maxWait()), true);
        return new Upgrade(client, writer, handle).run(spec);
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

    private LeaseHandle own(Lease lease, String what, Permits use) {
        if (Objects.requireNonNull(lease, what) instanceof LeaseHandle handle && client.owns(handle)) {
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
