package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.lease.LeaseHandle;
import java.util.Objects;

/** A read-write lock of one authority, whose readers can become the writer. Stateless. */
final class UpgradableLock extends ClientReadWriteLock {
    private final Upgrades upgrades;

    UpgradableLock(ClientParts client, String name, Upgrades upgrades) {
        super(client, name);
        this.upgrades = upgrades;
    }

    @Override
    public Lease upgrade(Lease read, AcquireOptions options) throws InterruptedException {
        Objects.requireNonNull(options, "options");
        LeaseHandle handle = own(read, "read", Permits.READER);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        AcquireSpec spec = client.acquires()
                .specs()
                .of(name(), Permits.WRITER, options, Caller.WAITS, AcquireSpecs.maxWaitNanos(options.maxWait()), true);
        return new Upgrade(client.acquires(), upgrades, writer, handle).run(spec);
    }
}
