package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.LockKind;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireContext;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.multi.MultiAcquire;
import dev.mortise.internal.multi.OneStepAcquire;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.queue.NoQueue;
import dev.mortise.internal.queue.WaiterQueue;
import dev.mortise.internal.store.SingleAuthorityStore;
import java.util.List;

/** Begins the acquires of one client, and makes the waits of their callers. Thread-safe. */
final class Acquires {
    private final AcquireContext context;
    private final AcquireSpecs specs;
    private final Identity identity;
    private final LocalQueues queues;
    private final SoleHold.Ways sole;

    /** Where an acquire comes in that asks the server for itself. */
    private final NoQueue open;

    private final Lifecycle lifecycle;

    /**
     * @param queues where an acquire waits whose lock may be handed on in this client
     * @param sole makes the holds of leases that no queue has
     */
    Acquires(
            AcquireContext context,
            AcquireSpecs specs,
            Identity identity,
            LocalQueues queues,
            SoleHold.Ways sole,
            Lifecycle lifecycle) {
        this.context = context;
        this.specs = specs;
        this.identity = identity;
        this.queues = queues;
        this.sole = sole;
        this.open = new NoQueue(sole);
        this.lifecycle = lifecycle;
    }

    /** Turns options into what is asked for. */
    AcquireSpecs specs() {
        return specs;
    }

    /** As {@link #begin(AcquireSpec)}, with {@link AcquireSpecs#of}. */
    Acquire begin(String lock, Permits use, AcquireOptions options, Caller caller, long maxWaitNanos, boolean explain) {
        return begin(specs.of(lock, use, options, caller, maxWaitNanos, explain));
    }

    /**
     * Begins an acquire; its result tells how it ended.
     *
     * @throws IllegalStateException when the client is closed, here and in the other methods that begin one
     */
    Acquire begin(AcquireSpec spec) {
        LeaseTerms terms = spec.terms();
        // What a queue hands on was granted to another acquire, and perhaps not copied.
        boolean mayBeHandedOn =
                terms.shape().kind() != LockKind.SEMAPHORE && spec.durability().isNone();
        WaiterQueue.Entrance entrance = mayBeHandedOn ? queues.entrance(terms.lock(), terms.shape(), open) : open;
        return lifecycle.begin(new Acquire(context, spec, identity.nextLeaseId(), entrance));
    }

    /**
     * Begins to make a reader the writer. No queue has it: the lease id is known already.
     *
     * @param own what the read lease has for itself on the server
     */
    Acquire beginUpgrade(Upgrades upgrades, LeaseHandle read, Hold own, AcquireSpec spec) {
        return lifecycle.begin(new UpgradeAcquire(context, open, upgrades, read, own, spec));
    }

    /** Begins an acquire of several locks. */
    MultiAcquire begin(MultiAcquire multiAcquire) {
        return lifecycle.beginListed(multiAcquire);
    }

    /**
     * Begins the step of one that asks for all locks at once.
     *
     * @param name of them all, as shown
     * @param terms of each, alike but for the lock
     */
    OneStepAcquire beginOneStep(SingleAuthorityStore store, String name, List<LeaseTerms> terms, long maxWaitNanos) {
        lifecycle.requireOpen();
        List<String> leaseIds =
                terms.stream().map(each -> identity.nextLeaseId()).toList();
        return new OneStepAcquire(context, store, name, terms, leaseIds, sole, maxWaitNanos).start();
    }

    /** The wait of this thread for an acquire. */
    <T> CallerWait<T> waitFor(CallerWait.Awaited<T> awaited) {
        return new CallerWait<>(context.time(), awaited, context.commandTimeoutNanos());
    }

    void requireOpen() {
        lifecycle.requireOpen();
    }
}
