package dev.mortise.internal.acquire;

import dev.mortise.internal.lease.Late;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Takes a wait back on the server, from whichever side of its grant. Repeated until it is acknowledged, or what it could
 * have been granted is over and the server would drop the wait by itself; whoever left waits for the first command time-out
 * of that only. What no server can know of is not repeated: in an outage such waits would pile up.
 */
public final class Withdrawal {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** The server drops a wait that has not asked for 15 s. */
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(20);

    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);

    private final AcquireContext context;
    private final Time time;
    private final LeaseTerms terms;
    private final String leaseId;
    private final long began;
    private final long patience;
    private final Supplier<Late> late;
    private final boolean mayBeKnown;
    private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();

    /** One attempt is under way at a time, so these have one writer at a time. */
    private boolean isBuried;

    private long pause = FIRST_PAUSE;

    /**
     * @param late whether a request of this lease id may still arrive at the server
     * @param mayBeKnown whether the server may know the lease id; else it is only for what the store itself remembers
     */
    public Withdrawal(
            AcquireContext context, LeaseTerms terms, String leaseId, Supplier<Late> late, boolean mayBeKnown) {
        this.context = context;
        this.time = context.time();
        this.terms = terms;
        this.leaseId = leaseId;
        this.began = time.nanos();
        this.patience = terms.leaseNanos() == 0 ? PATIENCE : Math.max(SILENCE, terms.leaseNanos());
        this.late = late;
        this.mayBeKnown = mayBeKnown;
    }

    /** Completes when the wait is gone there, or after one command time-out. */
    public CompletableFuture<Void> start() {
        context.waits().leaves(this);
        send();
        return acknowledged;
    }

    private void send() {
        isBuried |= late.get() == Late.IN_DOUBT;
        Failure.or(() -> context.store().withdraw(terms.lock(), leaseId, isBuried ? memoryMillis() : 0))
                .whenComplete((was, failure) -> {
                    if (failure != null) {
                        repeat();
                    } else if (!isBuried && late.get() != Late.NO) {
                        bury();
                    } else {
                        end();
                    }
                });
    }

    /** A request that was sent before has not been answered before this was: it may come yet. */
    private void bury() {
        isBuried = true;
        send();
    }

    private void repeat() {
        long elapsed = time.nanos() - began;
        if (elapsed >= context.commandTimeoutNanos()) {
            acknowledged.complete(null);
        }
        if (mayBeKnown && elapsed < Math.max(patience, context.commandTimeoutNanos())) {
            // The store may know by then of no request any more that can still come: that of a quorum has forgotten its
            // votes.
            isBuried = true;
            time.schedule(pause / 2 + time.random(pause), this::send);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        } else {
            end();
        }
    }

    private void end() {
        acknowledged.complete(null);
        context.waits().hasLeft(this);
    }

    private long memoryMillis() {
        return TimeUnit.NANOSECONDS.toMillis(5 * context.commandTimeoutNanos());
    }
}
