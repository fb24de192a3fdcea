package dev.mortise.internal.client;

import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.acquire.LeaveReason;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseState;

/** A reader that becomes the writer. Its read lease stays valid until it does, and if it does not. */
final class Upgrade {
    /*
     * Overview. The lease gets a hold of its own first, as several leases may stand on the hold of a reader here. Then an
     * acquire asks, under the lease id of the reader, until the server makes it the writer, refuses, or the wait ends: see
     * UpgradeAcquire.
     *
     * The read lease is valid all the time. When the server has made it the writer, the write lease is registered and the
     * read lease ends as detached, in that order. If the read lease ends otherwise, the wait ends too, as its place on the
     * server has gone with it.
     *
     * A grant that crosses with an interrupt cannot be given back without losing the read lock as well. So it is kept.
     */
    private final Acquires acquires;
    private final Upgrades upgrades;
    private final NamedLock writer;
    private final LeaseHandle read;
    private final LeaseState former;

    /** @param writer says who was in the way when the wait was in vain */
    Upgrade(Acquires acquires, Upgrades upgrades, NamedLock writer, LeaseHandle read) {
        this.acquires = acquires;
        this.upgrades = upgrades;
        this.writer = writer;
        this.read = read;
        this.former = read.lease();
    }

    /** Answers the write lease; see {@link dev.mortise.DistributedReadWriteLock#upgrade}. */
    LeaseHandle run(AcquireSpec spec) throws InterruptedException {
        acquires.requireOpen();
        read.changes().begin("upgraded");
        try {
            return upgraded(spec);
        } finally {
            read.changes().end();
        }
    }

    /** Blocks; the change has begun. */
    private LeaseHandle upgraded(AcquireSpec spec) throws InterruptedException {
        if (!former.isValid()) {
            throw read.gone();
        }
        Hold own = read.changes().takeOut();
        Acquire acquire = acquires.beginUpgrade(upgrades, read, own, spec);
        read.changes().onEnd(() -> acquire.leave(LeaveReason.CANCELLED));
        try {
            // An interrupt that crosses with the grant stays pending: the read lease is over then.
            return granted(acquires.waitFor(new AwaitedAcquire(acquire, spec.maxWaitNanos(), true))
                    .interruptibly());
        } finally {
            read.changes().onEnd(null);
        }
    }

    /** The write lease, or the exception for whatever ended the wait. */
    private LeaseHandle granted(AcquireResult outcome) {
        boolean over = outcome instanceof AcquireResult.Left left && left.why() == LeaveReason.CANCELLED;
        if (over) {
            throw read.gone();
        }
        LeaseHandle write = writer.granted(outcome);
        // Granted as the read lease ended otherwise: then the write lease has ended too.
        if (!former.isDetached()) {
            throw read.gone();
        }
        return write;
    }
}
