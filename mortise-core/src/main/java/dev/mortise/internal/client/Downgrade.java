package dev.mortise.internal.client;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.LeaseChanges;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Retry;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A writer becomes a reader: on the server, and then here. */
final class Downgrade {
    /*
     * Overview. In this order, because a reader may be granted beside it as soon as the server has carried out the request:
     *
     *   1  the lease gets a hold of its own, so that no other lease here stands on what becomes a reader's
     *   2  the write lease says that it is not valid
     *   3  the server is asked, until it answers or a command time-out is over
     *   4  the read lease is registered, and takes the place of the write lease
     *
     * Refused, or never sent: the write lease is valid again, as nothing was given away. No answer: it may have been done,
     * so the write lease is lost, and its clean-up frees what is there. If the lease ends meanwhile, the read lease ends
     * with it.
     *
     * The greatest token that this client has seen goes along. A writer with a greater one was granted later, and stays the
     * writer when a late repetition arrives.
     */
    private final ChangeContext context;
    private final LeaseHandle write;
    private final LeaseState former;

    Downgrade(ChangeContext context, LeaseHandle write) {
        this.context = context;
        this.write = write;
        this.former = write.lease();
    }

    /**
     * Answers the read lease.
     *
     * @throws IllegalStateException when another change of it is under way
     * @throws dev.mortise.LeaseLostException when the lease is not valid
     * @throws dev.mortise.LockUnavailableException when no answer came; the lease is lost if the server may have done it
     */
    LeaseHandle run() {
        // Also of a client that closes: its leases may end in any way.
        write.changes().begin("downgraded");
        try {
            return write.changes().givingUp(this::downgraded);
        } finally {
            write.changes().end();
        }
    }

    /** Blocks for a few round trips at most; an interrupt stays pending. */
    private LeaseHandle downgraded() {
        if (!former.isValid()) {
            throw write.gone();
        }
        Hold own = write.changes().takeOut();
        long worth = LeaseChanges.lifetimeNanos(former, context.time().nanos());
        own.asked(worth);
        Retry.Answer<Optional<Reserved>> answer = ask(own, TimeUnit.NANOSECONDS.toMillis(worth));
        if (answer.value().isEmpty()) {
            context.registry()
                    .lose(former, Cause.GONE, "the server has it no more: expired there, or its data is gone");
            throw write.gone();
        }
        long token = answer.value().get().token();
        context.floors().raise(own.lock(), token);
        Hold shared = context.sole().insteadOf(own, Permits.READER.permits(), token);
        shared.confirm(answer.sentAtNanos(), worth, false);
        return context.leases().downgraded(write, shared);
    }

    /** A writer that the server may have made a reader must not believe that it still is alone, from the request on. */
    private Retry.Answer<Optional<Reserved>> ask(Hold own, long leaseMillis) {
        long floor = context.floors().raise(own.lock(), former.token());
        Supplier<CompletableFuture<Optional<Reserved>>> request =
                () -> context.store().downgrade(own.lock(), own.id(), leaseMillis, floor);
        write.changes().yields(true);
        try {
            return write.changes()
                    .rest()
                    .map(until -> context.requests().ask(until, request))
                    .orElseGet(() -> context.requests().ask(request));
        } catch (RuntimeException | Error e) {
            if (Failure.of(e).effect() == Effect.UNKNOWN) {
                context.registry()
                        .lose(former, Cause.UNREACHABLE, "its downgrade got no answer, and may have been done");
            }
            write.changes().yields(false);
            if (e instanceof Error error) {
                throw error;
            }
            throw Unavailable.of(own.lock(), e);
        }
    }
}
