package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.internal.multi.MultiAcquire;
import dev.mortise.internal.multi.MultiLease;
import dev.mortise.internal.multi.Together;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.SingleAuthorityStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Several locks of one client as one: the forms of one acquire over {@link MultiAcquire}. Stateless. */
final class MultiLock extends ClientLock {
    private final SingleAuthorityStore store;
    private final List<String> names;
    private final String name;

    /**
     * @param store of the client: grants all of them in one step, where it can
     * @param names checked, in canonical order, at least two
     */
    MultiLock(ClientParts client, SingleAuthorityStore store, List<String> names) {
        super(client);
        this.store = store;
        this.names = List.copyOf(names);
        this.name = String.join(" + ", names);
    }

    @Override
    public String name() {
        return name;
    }

    /** No name has a control character. */
    @Override
    ReentrantHolds.Key key() {
        return new ReentrantHolds.Key(String.join("\n", names), LockKind.MUTEX);
    }

    @Override
    public Lease acquire(AcquireOptions options) throws InterruptedException {
        return granted(await(options, Caller.WAITS, maxWaitNanos(options), true));
    }

    @Override
    public Optional<Lease> tryAcquire() {
        return tryHold(AcquireOptions.noWait(), Caller.WAITS).map(Function.identity());
    }

    @Override
    public Optional<Lease> tryAcquire(AcquireOptions options) throws InterruptedException {
        return await(options, Caller.WAITS, maxWaitNanos(options), false).map(Function.identity());
    }

    @Override
    public CompletableFuture<Lease> acquireAsync(AcquireOptions options) {
        return pending(begin(options, Caller.GOES_ON, maxWaitNanos(options), true), MultiLock::granted);
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(AcquireOptions options) {
        return pending(
                begin(options, Caller.GOES_ON, maxWaitNanos(options), false), lease -> lease.map(Function.identity()));
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
    MultiLease hold(AcquireOptions options) {
        return granted(waitFor(begin(options, Caller.HOLDS, Long.MAX_VALUE, true), Long.MAX_VALUE)
                .uninterruptibly());
    }

    @Override
    MultiLease holdInterruptibly(AcquireOptions options) throws InterruptedException {
        return granted(await(options, Caller.HOLDS, Long.MAX_VALUE, true));
    }

    @Override
    Optional<MultiLease> tryHold(AcquireOptions options) {
        return tryHold(options, Caller.HOLDS);
    }

    @Override
    Optional<MultiLease> tryHold(AcquireOptions options, long maxWaitNanos) throws InterruptedException {
        return await(options, Caller.HOLDS, maxWaitNanos, false);
    }

    @Override
    public String toString() {
        return "DistributedLock[all of " + name + "]";
    }

    private Optional<MultiLease> tryHold(AcquireOptions options, Caller caller) {
        return waitFor(begin(options, caller, 0, false), 0).uninterruptibly();
    }

    /** Begins it on the calling thread, which is the owner of all the locks. */
    private MultiAcquire begin(AcquireOptions options, Caller caller, long maxWaitNanos, boolean explain) {
        return client.acquires()
                .begin(new MultiAcquire(
                        new LockParts(
                                client.acquires(), client.waitReports(), store, name, names, options, caller, explain),
                        new Together(name, Thread.currentThread(), options.onLoss()),
                        client.time(),
                        maxWaitNanos,
                        explain));
    }

    /** @throws InterruptedException also when the thread is interrupted before; then nothing is sent */
    private Optional<MultiLease> await(AcquireOptions options, Caller caller, long maxWaitNanos, boolean explain)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        MultiAcquire multiAcquire = begin(options, caller, maxWaitNanos, explain);
        return waitFor(multiAcquire, maxWaitNanos).interruptibly();
    }

    private CallerWait<Optional<MultiLease>> waitFor(MultiAcquire multiAcquire, long maxWaitNanos) {
        return client.acquires().waitFor(new AwaitedMultiAcquire(multiAcquire, maxWaitNanos));
    }

    /** Completes apart from what users do there. Completed by the user, it ends the wait; a grant then is released. */
    private <T> CompletableFuture<T> pending(MultiAcquire multiAcquire, Function<Optional<MultiLease>, T> conversion) {
        CompletableFuture<T> future = new CompletableFuture<>();
        multiAcquire
                .result()
                .whenComplete((lease, failure) -> client.time().outcomes().execute(() -> {
                    if (failure != null) {
                        future.completeExceptionally(Failure.cause(failure));
                    } else if (future.isDone() || !future.complete(conversion.apply(lease))) {
                        lease.ifPresent(MultiLease::releaseAsync);
                    }
                }));
        future.whenComplete((value, failure) -> multiAcquire.leave());
        return future;
    }

    /** Of an acquire that explains: it has a lease, or has failed. */
    private static MultiLease granted(Optional<MultiLease> lease) {
        return lease.orElseThrow(() -> new IllegalStateException("an acquire must not end without an outcome"));
    }

    private static long maxWaitNanos(AcquireOptions options) {
        return AcquireSpecs.maxWaitNanos(
                Objects.requireNonNull(options, "options").maxWait());
    }
}
