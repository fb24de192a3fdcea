package dev.mortise.internal.acquire;

import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Retry;
import dev.mortise.internal.store.Withdrawals;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Takes a wait back on the server, from whichever side of its grant. Repeated until it is acknowledged, or what it could
 * have been granted is over and the server would drop the wait by itself; the caller waits for the first command time-out
 * of that only. What no server can know of is not repeated: in an outage such waits would pile up.
 */
public final class Withdrawal {
    /*
     * Overview. The server has one of three for the lease id: a waiter, a holder, or nothing. It takes out what it has, and
     * each attempt may be repeated. Its caller hears of the end, or of the first command time-out. It is in the register of
     * the client until the last attempt, so that a closing client waits for it.
     *
     * A request that was sent before may arrive later than this one. A second withdrawal follows if one had no answer at
     * the time, and leaves a tombstone for five command time-outs, see Withdrawals.
     *
     * If the process dies, the server drops a waiter that is silent, and a claim or a lease ends there by itself.
     */
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(20, 1_000);

    /** The server drops a wait that has not asked for 15 s. */
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(20);

    /** How long the withdrawal of a lease without expiry is repeated, ns. */
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);

    private final AcquireContext context;
    private final String lock;
    private final String leaseId;
    private final Supplier<Late> late;
    private final Retry<String> retry;

    /** Whether it was tried before. One attempt is under way at a time, so this has one writer at a time. */
    private boolean isRepeated;

    /**
     * @param late whether a request of this lease id may still arrive at the server
     * @param mayBeKnown whether the server may know the lease id; else it is only for what the store itself remembers
     */
    public Withdrawal(
            AcquireContext context, LeaseTerms terms, String leaseId, Supplier<Late> late, boolean mayBeKnown) {
        this.context = context;
        this.lock = terms.lock();
        this.leaseId = leaseId;
        this.late = late;
        long patience = terms.leaseNanos() == 0 ? PATIENCE : Math.max(SILENCE, terms.leaseNanos());
        this.retry = new Retry<>(
                context.time(),
                PAUSES,
                context.commandTimeoutNanos(),
                mayBeKnown ? Math.max(patience, context.commandTimeoutNanos()) : 0,
                false,
                this::withdraw);
    }

    /** Completes when the wait is gone there, or after one command time-out. */
    public CompletableFuture<?> start() {
        context.waits().leaves(this);
        retry.result().whenComplete((done, failure) -> context.waits().hasLeft(this));
        return retry.start().inTime();
    }

    /** One attempt. */
    private CompletableFuture<String> withdraw() {
        // A repetition leaves a tombstone in any case. By then the store may not know of a request that can still come:
        // the store of a quorum has forgotten its votes.
        boolean buried = isRepeated;
        isRepeated = true;
        long tombstoneMillis = TimeUnit.NANOSECONDS.toMillis(5 * context.commandTimeoutNanos());
        return Withdrawals.forGood(context.store(), lock, leaseId, late, buried, tombstoneMillis, was -> {})
                .thenApply(done -> "");
    }
}
