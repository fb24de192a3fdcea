package dev.mortise.internal.waiting;

import dev.mortise.LockEvent;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.lease.Failure;
import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.Tenure;
import dev.mortise.internal.lease.Terms;
import dev.mortise.internal.lease.Validity;
import dev.mortise.internal.many.Attempt;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Several locks acquired in one step, or none. A request that got no answer is repeated with the same lease ids; what
 * ends without a grant and may have had one on the server is withdrawn there, lease by lease. Thread-safe.
 */
public final class AllAtOnce implements Attempt {
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Engine engine;
    private final Time time;
    private final String name;
    private final List<Terms> terms;
    private final List<String> leaseIds;
    private final Home home;
    private final long worthNanos;
    private final CompletableFuture<List<LeaseHandle>> result = new CompletableFuture<>();
    private final OpenRequests requests = new OpenRequests();

    /** The first request; a repetition may be answered with what that one was granted, so validity counts from there. */
    private final long began;

    /** Once true stays true: it is granted, refused, given up or left. */
    private final AtomicBoolean decided = new AtomicBoolean();

    /** One request is under way at a time, so this has one writer at a time. */
    private long pause = FIRST_PAUSE;

    /** Likewise: whether it ends a command time-out after it began, whatever is under way then. */
    private boolean isBound;

    /**
     * @param name of them all, as shown
     * @param terms of each, alike but for the lock
     * @param leaseIds of each, in the same order
     * @param home where its leases go when they end
     */
    public AllAtOnce(Engine engine, String name, List<Terms> terms, List<String> leaseIds, Home home) {
        this.engine = engine;
        this.time = engine.time();
        this.name = name;
        this.terms = List.copyOf(terms);
        this.leaseIds = List.copyOf(leaseIds);
        this.home = home;
        this.worthNanos = terms.get(0).worthNanos();
        this.began = time.nanos();
    }

    /** Sends the first request. To be called once. */
    public AllAtOnce start() {
        ask();
        return this;
    }

    @Override
    public CompletableFuture<List<LeaseHandle>> result() {
        return result;
    }

    @Override
    public void leave() {
        if (decided.compareAndSet(false, true)) {
            endWithout(requests.canCome());
        }
    }

    private void ask() {
        if (decided.get()) {
            return;
        }
        requests.sent();
        if (decided.get()) {
            // It was left just now, and whoever left it may not have seen this request.
            requests.answered();
            return;
        }
        Failure.or(() -> engine.store().acquireAll(wishes())).whenComplete((tokens, failure) -> {
            if (failure == null) {
                requests.answered();
                answered(tokens);
            } else {
                failed(Failure.of(failure));
            }
        });
    }

    private void answered(Optional<List<Long>> tokens) {
        if (!decided.compareAndSet(false, true)) {
            return;
        }
        long left = Validity.until(began, worthNanos) - time.nanos();
        if (tokens.isPresent() && (worthNanos == 0 || left >= worthNanos / 2)) {
            deliver(tokens.get());
        } else {
            endWithout(tokens.isPresent() || requests.canCome());
        }
    }

    private void failed(StoreException failure) {
        requests.failed(failure.effect() == Effect.UNKNOWN);
        long left = began + engine.commandTimeoutNanos() - time.nanos();
        if (failure.effect() == Effect.REFUSED || left <= 0) {
            giveUp(failure);
            return;
        }
        time.schedule(pause / 2 + time.random(pause), this::ask);
        pause = 2 * pause;
        if (!isBound) {
            isBound = true;
            time.schedule(left, () -> giveUp(failure));
        }
    }

    private void giveUp(StoreException failure) {
        if (decided.compareAndSet(false, true)) {
            if (requests.canCome()) {
                withdraw();
            }
            result.completeExceptionally(new LockUnavailableException(
                    name, "Locks '" + name + "' cannot be asked for: " + failure.getMessage(), failure));
        }
    }

    private void deliver(List<Long> tokens) {
        List<LeaseHandle> leases = new ArrayList<>(tokens.size());
        Duration waited = Duration.ofNanos(time.nanos() - began);
        for (int i = 0; i < tokens.size(); i++) {
            Terms each = terms.get(i);
            long token = tokens.get(i);
            engine.floors().raise(each.lock(), token);
            Tenure tenure = new Tenure(
                    each.lock(),
                    leaseIds.get(i),
                    each.shape(),
                    each.permits(),
                    token,
                    began,
                    worthNanos,
                    1,
                    requests::late,
                    home);
            leases.add(engine.leases().apply(each, new Grant(tenure, token, false, false)));
            engine.events().emit(() -> new LockEvent.Acquired(each.lock(), each.owner(), token, waited, false));
        }
        result.complete(leases);
    }

    private void endWithout(boolean maybeGranted) {
        if (maybeGranted) {
            withdraw().thenRun(() -> result.complete(List.of()));
        } else {
            result.complete(List.of());
        }
    }

    private CompletableFuture<?> withdraw() {
        List<CompletableFuture<?>> gone = new ArrayList<>();
        for (int i = 0; i < terms.size(); i++) {
            gone.add(new Withdrawal(engine, terms.get(i), leaseIds.get(i), requests::late).start());
        }
        return CompletableFuture.allOf(gone.toArray(CompletableFuture<?>[]::new));
    }

    private List<AcquireRequest> wishes() {
        List<AcquireRequest> wishes = new ArrayList<>(terms.size());
        for (int i = 0; i < terms.size(); i++) {
            Terms each = terms.get(i);
            wishes.add(new AcquireRequest(
                    each.lock(),
                    leaseIds.get(i),
                    each.shape(),
                    each.permits(),
                    TimeUnit.NANOSECONDS.toMillis(worthNanos),
                    false,
                    engine.floors().of(each.lock()),
                    each.note(),
                    engine.maxWaiters(),
                    0));
        }
        return wishes;
    }
}
