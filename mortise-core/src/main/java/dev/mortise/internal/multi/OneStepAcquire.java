package dev.mortise.internal.multi;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.acquire.AcquireContext;
import dev.mortise.internal.acquire.AcquireEvents;
import dev.mortise.internal.acquire.LateRequests;
import dev.mortise.internal.acquire.Withdrawal;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.lease.SoleHold;
import dev.mortise.internal.lease.Validity;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Several locks acquired in one step, or none. A request that got no answer is repeated with the same lease ids; what
 * ends without a grant and may have had one on the server is withdrawn there, lease by lease. Thread-safe.
 */
public final class OneStepAcquire implements MultiPart {
    /*
     * Overview. The server grants all of them or none, in one script, and only if it has nothing on record for any of them:
     * neither a holder nor a waiter. So this never waits for a holder: a refusal is an answer, and ends it.
     *
     * One decision ends it, under the guard, whichever of these comes first:
     *
     *   granted, and half of the lease is left     leases are made; an error on the way gives back those that were
     *   granted too late, or refused               nothing, after a withdrawal if a grant may be there
     *   left by its caller                         the same
     *   no answer in its time, or a refusal that
     *   repeating does not mend                    a failure; the withdrawal goes on in the background
     *
     * A reply that is lost is the difficult case: the server may have granted all of them. The repetition has the same
     * lease ids, so it is answered with the same grant, and validity counts from the first request. What is given up is
     * withdrawn lock by lease id, with tombstones where a request may still come.
     *
     * Time. The first failure sets two timers: one for the wait that the caller wanted, and one for a command time-out. At
     * the first a request that is under way is still waited for, at the second no longer.
     */
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(5, 500);

    private final AcquireContext context;
    private final SingleAuthorityStore store;
    private final Time time;
    private final String name;
    private final List<LeaseTerms> terms;
    private final List<String> leaseIds;
    private final SoleHold.Ways sole;
    private final long lifetimeNanos;
    private final long maxWaitNanos;
    private final CompletableFuture<List<LeaseHandle>> result = new CompletableFuture<>();

    /** Of all lease ids together: each request has all of them. */
    private final LateRequests requests = new LateRequests();

    /** The first request; a repetition may be answered with what that one was granted, so validity counts from there. */
    private final long began;

    private final Guarded guard = new Guarded();

    /** Whether it is granted, refused, given up or left. Once true stays true. Guarded. */
    private boolean decided;

    /** Why the latest request failed; null before one has, and while the next one is under way. Guarded. */
    private @Nullable StoreException failure;

    /** The pauses between requests. Guarded. */
    private final Backoff backoff;

    /** Whether the timers that end it are set: at the first failure. Once true stays true. Guarded. */
    private boolean isBound;

    /**
     * @param name of them all, as shown
     * @param terms of each, alike but for the lock
     * @param leaseIds of each, in the same order
     * @param sole makes the holds of its leases
     * @param maxWaitNanos how long the answer is waited for if asking fails, a command time-out at most; 0 = that long
     */
    public OneStepAcquire(
            AcquireContext context,
            SingleAuthorityStore store,
            String name,
            List<LeaseTerms> terms,
            List<String> leaseIds,
            SoleHold.Ways sole,
            long maxWaitNanos) {
        this.context = context;
        this.store = store;
        this.time = context.time();
        this.name = name;
        this.terms = List.copyOf(terms);
        this.leaseIds = List.copyOf(leaseIds);
        this.sole = sole;
        this.maxWaitNanos = maxWaitNanos;
        this.lifetimeNanos = terms.get(0).lifetimeNanos();
        this.began = time.nanos();
        this.backoff = new Backoff(time, PAUSES);
    }

    /** Sends the first request. To be called once. */
    public OneStepAcquire start() {
        ask();
        return this;
    }

    @Override
    public CompletableFuture<List<LeaseHandle>> result() {
        return result;
    }

    @Override
    public void leave() {
        try (Steps then = guard.decide()) {
            if (decided) {
                return;
            }
            decided = true;
            boolean maybeGranted = requests.canCome();
            then.add(() -> endWithout(maybeGranted));
        }
    }

    /** The first request, or a repetition; nothing once it is decided. */
    private void ask() {
        try (Steps then = guard.decide()) {
            if (decided) {
                return;
            }
            failure = null;
            requests.sent();
            then.add(this::send);
        }
    }

    private void send() {
        Failure.or(() -> store.acquireAll(specs())).whenComplete((tokens, why) -> {
            try {
                if (why == null) {
                    requests.answered();
                    answered(tokens);
                } else {
                    failed(Failure.of(why));
                }
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        });
    }

    /** @param tokens of each lock, in order; empty = another client uses one of them */
    private void answered(Optional<List<Long>> tokens) {
        try (Steps then = guard.decide()) {
            if (decided) {
                return;
            }
            decided = true;
            long left = Validity.until(began, lifetimeNanos) - time.nanos();
            if (tokens.isPresent() && (lifetimeNanos == 0 || left >= lifetimeNanos / 2)) {
                then.add(() -> deliver(tokens.get()));
            } else {
                boolean maybeGranted = tokens.isPresent() || requests.canCome();
                then.add(() -> endWithout(maybeGranted));
            }
        }
    }

    private void failed(StoreException reason) {
        requests.failed(reason.effect() == Effect.UNKNOWN);
        long most = context.commandTimeoutNanos();
        long wanted = maxWaitNanos == 0 ? most : Math.min(maxWaitNanos, most);
        long elapsed = time.nanos() - began;
        try (Steps then = guard.decide()) {
            failure = reason;
            if (reason.effect() == Effect.REFUSED || elapsed >= wanted) {
                giveUp(reason, then);
                return;
            }
            long pause = backoff.nextNanos();
            then.add(() -> time.schedule(pause, this::ask));
            if (!isBound) {
                isBound = true;
                then.add(() -> time.schedule(wanted - elapsed, this::timeIsUp));
                then.add(() -> time.schedule(most - elapsed, () -> giveUp(reason)));
            }
        }
    }

    /**
     * A request that is under way is still waited for: an acquire that waits for a moment must not get less than one that
     * does not wait.
     */
    private void timeIsUp() {
        try (Steps then = guard.decide()) {
            if (failure != null) {
                giveUp(failure, then);
            }
        }
    }

    private void giveUp(StoreException reason) {
        try (Steps then = guard.decide()) {
            giveUp(reason, then);
        }
    }

    /** To be called under the guard. */
    private void giveUp(StoreException reason, Steps then) {
        if (decided) {
            return;
        }
        decided = true;
        if (requests.canCome()) {
            then.add(this::withdraw);
        }
        then.add(() -> result.completeExceptionally(new LockUnavailableException(
                name, "Locks '" + name + "' cannot be asked for: " + reason.getMessage(), reason)));
    }

    /** Each lease is in the registry from here on. If one cannot be made, those before it are released, and this throws. */
    private void deliver(List<Long> tokens) {
        List<LeaseHandle> leases = new ArrayList<>(tokens.size());
        try {
            long waitedNanos = time.nanos() - began;
            for (int i = 0; i < tokens.size(); i++) {
                leases.add(lease(i, tokens.get(i), waitedNanos));
            }
        } catch (RuntimeException | Error e) {
            MultiLease.end(leases);
            throw e;
        }
        result.complete(leases);
    }

    private LeaseHandle lease(int index, long token, long waitedNanos) {
        LeaseTerms each = terms.get(index);
        context.floors().raise(each.lock(), token);
        Hold hold = sole.of(new HoldFacts(
                each.lock(),
                leaseIds.get(index),
                each.shape(),
                each.permits(),
                token,
                began,
                lifetimeNanos,
                1,
                0,
                requests));
        LeaseHandle lease = context.leases().granted(each, hold, token, false);
        AcquireEvents.acquired(context.events(), each, token, waitedNanos, false);
        return lease;
    }

    /** The result is empty, once the server has been told what may be there. */
    private void endWithout(boolean maybeGranted) {
        if (!maybeGranted) {
            result.complete(List.of());
            return;
        }
        try {
            withdraw().thenRun(() -> result.complete(List.of()));
        } catch (RuntimeException | Error e) {
            broken(e);
        }
    }

    /** Nothing that is thrown on the way ends it half done: it is taken back, and the result tells. */
    private void broken(Throwable unexpected) {
        guard.change(() -> decided = true);
        try {
            withdraw();
        } catch (RuntimeException | Error again) {
            unexpected.addSuppressed(again);
        }
        result.completeExceptionally(new LockUnavailableException(
                name, "Locks '" + name + "' cannot be asked for: an internal error", unexpected));
    }

    /** One withdrawal for each lock. Completes when all are acknowledged, or after a command time-out. */
    private CompletableFuture<?> withdraw() {
        List<CompletableFuture<?>> gone = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            gone.add(new Withdrawal(context, terms.get(i), leaseIds.get(i), requests, true).start());
        }
        return CompletableFuture.allOf(gone.toArray(CompletableFuture<?>[]::new));
    }

    private List<AcquireRequest> specs() {
        List<AcquireRequest> specs = new ArrayList<>(terms.size());
        for (int i = 0; i < terms.size(); i++) {
            LeaseTerms each = terms.get(i);
            specs.add(new AcquireRequest(
                    each.lock(),
                    leaseIds.get(i),
                    each.shape(),
                    each.permits(),
                    TimeUnit.NANOSECONDS.toMillis(lifetimeNanos),
                    false,
                    context.floors().of(each.lock()),
                    each.tag(),
                    context.maxWaiters(),
                    0));
        }
        return specs;
    }
}
