package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.internal.lease.Failure;
import dev.mortise.internal.many.JoinedLease;
import dev.mortise.internal.many.Joining;
import dev.mortise.internal.many.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Several locks of one client as one: the forms of one acquire over {@link Joining}. Stateless. */
final class JoinedLock extends ClientLock {
    private final List<String> names;
    private final String name;

    /** @param names checked, in canonical order, at least two */
    JoinedLock(LockClient client, List<String> names) {
        super(client);
        this.names = List.copyOf(names);
        this.name = String.join(" + ", names);
    }

    @Override
    public String name() {
        return name;
    }

    /** No name has a control character. */
    @Override
    public ThreadHolds.Key key() {
        return new ThreadHolds.Key(String.join("\n", names), LockKind.MUTEX);
    }

    @Override
    public Lease acquire(AcquireOptions options) throws InterruptedException {
        return granted(await(options, false, maxWaitNanos(options), true));
    }

    @Override
    public Optional<Lease> tryAcquire() {
        return tryHold(AcquireOptions.noWait(), false).map(Function.identity());
    }

    @Override
    public Optional<Lease> tryAcquire(AcquireOptions options) throws InterruptedException {
        return await(options, false, maxWaitNanos(options), false).map(Function.identity());
    }

    @Override
    public CompletableFuture<Lease> acquireAsync(AcquireOptions options) {
        return pending(begin(options, false, maxWaitNanos(options), true), JoinedLock::granted);
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(AcquireOptions options) {
        return pending(begin(options, false, maxWaitNanos(options), false), lease -> lease.map(Function.identity()));
    }

    @Override
    public boolean isLocked() {
        client.requireOpen();
        CompletableFuture<Boolean> any = CompletableFuture.completedFuture(false);
        for (String each : names) {
            any = any.thenCombine(client.store().isLocked(each), Boolean::logicalOr);
        }
        return Unavailable.unless(name, any);
    }

    @Override
    public LockInfo inspect() {
        client.requireOpen();
        CompletableFuture<List<LockInfo>> all = CompletableFuture.completedFuture(List.of());
        for (String each : names) {
            all = all.thenCombine(client.reports().inspect(each), (before, info) -> {
                List<LockInfo> more = new ArrayList<>(before);
                more.add(info);
                return more;
            });
        }
        List<LockInfo> infos = Unavailable.unless(name, all);
        return new LockInfo(
                name,
                LockKind.MUTEX,
                infos.stream().mapToLong(LockInfo::permits).sum(),
                infos.stream().mapToLong(LockInfo::used).sum(),
                infos.stream().flatMap(info -> info.holders().stream()).toList(),
                infos.stream().flatMap(info -> info.waiters().stream()).toList(),
                infos.stream().mapToLong(LockInfo::lastFencingToken).max().orElse(0));
    }

    @Override
    public JoinedLease hold(AcquireOptions options) {
        return granted(waitFor(begin(options, true, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .uninterruptibly());
    }

    @Override
    public JoinedLease holdInterruptibly(AcquireOptions options) throws InterruptedException {
        return granted(await(options, true, Long.MAX_VALUE, true));
    }

    @Override
    public Optional<JoinedLease> tryHold(AcquireOptions options) {
        return tryHold(options, true);
    }

    @Override
    public Optional<JoinedLease> tryHold(AcquireOptions options, long maxWaitNanos) throws InterruptedException {
        return await(options, true, maxWaitNanos, false);
    }

    @Override
    public String toString() {
        return "DistributedLock[all of " + name + "]";
    }

    private Optional<JoinedLease> tryHold(AcquireOptions options, boolean threadBound) {
        return waitFor(begin(options, threadBound, 0, false), 0).uninterruptibly();
    }

    private Joining begin(AcquireOptions options, boolean threadBound, long maxWaitNanos, boolean explain) {
        Joining joining = new Joining(
                new EngineParts(client, name, names, options, threadBound, explain),
                new Together(name, Thread.currentThread(), options.onLoss()),
                client.time(),
                maxWaitNanos,
                explain);
        client.begin(joining);
        return joining;
    }

    private Optional<JoinedLease> await(AcquireOptions options, boolean threadBound, long maxWaitNanos, boolean explain)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Joining joining = begin(options, threadBound, maxWaitNanos, explain);
        return waitFor(joining, maxWaitNanos).interruptibly();
    }

    private CallersWait<Optional<JoinedLease>> waitFor(Joining joining, long maxWaitNanos) {
        return client.waitFor(joining, maxWaitNanos);
    }

    /** Completes apart from what users do there. Completed by anybody else, it ends the wait; a grant then is released. */
    private <T> CompletableFuture<T> pending(Joining joining, Function<Optional<JoinedLease>, T> conversion) {
        CompletableFuture<T> future = new CompletableFuture<>();
        joining.result()
                .whenComplete((lease, failure) -> client.time().outcomes().execute(() -> {
                    if (failure != null) {
                        future.completeExceptionally(Failure.cause(failure));
                    } else if (future.isDone() || !future.complete(conversion.apply(lease))) {
                        lease.ifPresent(JoinedLease::releaseAsync);
                    }
                }));
        future.whenComplete((value, failure) -> joining.leave());
        return future;
    }

    private static JoinedLease granted(Optional<JoinedLease> lease) {
        return lease.orElseThrow(() -> new IllegalStateException("an acquire must not end without an outcome"));
    }

    private static long maxWaitNanos(AcquireOptions options) {
        return Wishes.maxWaitNanos(Objects.requireNonNull(options, "options").maxWait());
    }
}
