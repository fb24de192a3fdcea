package dev.mortise.internal.client;

import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.Tenure;
import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Departure;
import dev.mortise.internal.waiting.Outcome;
import dev.mortise.internal.waiting.Wish;

/** Waits until a reader is the writer. */
final class Upgrading {
    private final LockClient client;
    private final EngineLock writer;
    private final LeaseHandle read;
    private final HeldLease former;

    /** @param writer says who was in the way when the wait was in vain */
    Upgrading(LockClient client, EngineLock writer, LeaseHandle read) {
        this.client = client;
        this.writer = writer;
        this.read = read;
        this.former = read.lease();
    }

    /** Answers the write lease; see {@link dev.mortise.DistributedReadWriteLock#upgrade}. */
    LeaseHandle run(Wish wish) throws InterruptedException {
        client.requireOpen();
        read.beginChange("upgraded");
        try {
            return upgraded(wish);
        } finally {
            read.endChange();
        }
    }

    private LeaseHandle upgraded(Wish wish) throws InterruptedException {
        if (!former.isValid()) {
            throw read.gone();
        }
        Tenure own = read.takeOut();
        Acquisition acquisition = client.begin(wish, own.id(), new Upgrade(client, read, own, wish.terms()));
        former.onEnd(() -> acquisition.leave(Departure.CANCELLED));
        try {
            // An interrupt that crosses with the grant stays pending: the read lease is over then.
            return granted(
                    client.waitFor(acquisition, wish.maxWaitNanos(), true).interruptibly());
        } finally {
            former.onEnd(null);
        }
    }

    private LeaseHandle granted(Outcome outcome) {
        boolean over = outcome instanceof Outcome.Left left && left.why() == Departure.CANCELLED;
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
