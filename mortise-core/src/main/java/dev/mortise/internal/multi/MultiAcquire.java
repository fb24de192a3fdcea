package dev.mortise.internal.multi;

import dev.mortise.LockException;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.runtime.Work;
import dev.mortise.internal.store.Failure;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One acquire of several locks: all or none. Thread-safe; nothing here blocks. */
public final class MultiAcquire implements Work {
    /*
     * Overview. First all of them in one step, which succeeds when nobody uses any of them. Otherwise one after the other
     * in canonical order, each as anybody else acquires it, and what is had is held meanwhile: as every caller goes in the
     * same order, they cannot wait for each other in a circle. At most one attempt is under way at a time.
     *
     * Whatever ends it (time-out, refusal, the caller leaves), what is had so far is released, last first, before the
     * result is complete. A part that is lost while the next is waited for ends that wait; all is given back, and it
     * begins again within its time.
     *
     * The guard is never held while an attempt is begun or left, a lease is asked, or a result handed out. What waits for
     * the loss of a part knows this object by a weak reference only, as the registry can reach it, see MultiLease.
     */
    private final Parts parts;
    private final Together whole;
    private final Time time;
    private final long maxWaitNanos;
    private final boolean explain;
    private final long began;
    private final CompletableFuture<Optional<MultiLease>> result = new CompletableFuture<>();
    private final ReentrantLock guard = new ReentrantLock();

    // Guarded by guard.
    private final List<LeaseHandle> had = new ArrayList<>();
    private @Nullable MultiPart current;
    private boolean leaving;
    private boolean over;
    private @Nullable LockException reason;

    /**
     * @param maxWaitNanos for all together; 0 = ask once, {@link Long#MAX_VALUE} = no limit
     * @param explain whether a wait in vain fails with {@link LockTimeoutException}, or is just empty
     */
    public MultiAcquire(Parts parts, Together whole, Time time, long maxWaitNanos, boolean explain) {
        this.parts = parts;
        this.whole = whole;
        this.time = time;
        this.maxWaitNanos = maxWaitNanos;
        this.explain = explain;
        this.began = time.nanos();
    }

    /** Completes once, on any thread; empty after a wait in vain or a leave, or fails with {@link LockException}. */
    @Override
    public CompletableFuture<Optional<MultiLease>> result() {
        return result;
    }

    @Override
    public void start() {
        try {
            step(() -> parts.together(maxWaitNanos), true);
        } catch (RuntimeException | Error e) {
            giveUp();
            throw e;
        }
    }

    /** Ends it unless it is over; the result tells, and is empty. */
    public void leave() {
        leave(null);
    }

    /** As {@link #leave()} because the client closes: that is what the result fails with. */
    @Override
    public void close() {
        leave(closed());
    }

    /**
     * Completes the result at once: the caller has waited long enough. The locks acquired so far are released, also one that
     * is acquired later.
     */
    public void giveUp() {
        leave(null);
        LockException late = explain
                ? new LockTimeoutException(whole.name(), Duration.ofNanos(time.nanos() - began), 0, null)
                : null;
        if (late == null) {
            result.complete(Optional.empty());
        } else {
            result.completeExceptionally(late);
        }
    }

    @Override
    public void abandon() {
        close();
        result.completeExceptionally(closed());
    }

    private void leave(@Nullable LockException why) {
        MultiPart left;
        guard.lock();
        try {
            if (leaving || over) {
                return;
            }
            leaving = true;
            reason = why;
            left = current;
        } finally {
            guard.unlock();
        }
        if (left != null) {
            left.leave();
        }
    }

    /** @param mayBeRefused whether the next step follows also when nothing was granted */
    private void step(Supplier<MultiPart> begin, boolean mayBeRefused) {
        MultiPart attempt;
        try {
            attempt = begin.get();
        } catch (IllegalStateException e) {
            giveBack(() -> finish(closed()));
            return;
        } catch (RuntimeException | Error e) {
            broken(e);
            return;
        }
        boolean left;
        guard.lock();
        try {
            current = attempt;
            left = leaving || isAnyLost();
        } finally {
            guard.unlock();
        }
        if (left) {
            attempt.leave();
        }
        attempt.result().whenComplete((granted, failure) -> {
            try {
                if (failure == null) {
                    ended(granted, null, mayBeRefused);
                } else {
                    ended(List.of(), failure, false);
                }
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        });
    }

    /** Nothing that is thrown on the way ends it half done: what is had goes back, and the result tells. */
    private void broken(Throwable unexpected) {
        try {
            giveBack(() -> finish(known(unexpected)));
        } catch (RuntimeException | Error again) {
            unexpected.addSuppressed(again);
            finish(known(unexpected));
        }
    }

    private void ended(List<LeaseHandle> granted, @Nullable Throwable failure, boolean mayBeRefused) {
        boolean left;
        LockException why;
        guard.lock();
        try {
            current = null;
            had.addAll(granted);
            left = leaving;
            why = reason;
        } finally {
            guard.unlock();
        }
        granted.forEach(this::watch);
        if (left) {
            giveBack(() -> finish(why));
        } else if (failure != null) {
            giveBack(() -> finish(known(failure)));
        } else if (isAnyLost()) {
            giveBack(this::again);
        } else if (granted.isEmpty() && !mayBeRefused) {
            giveBack(() -> finish(null));
        } else {
            next();
        }
    }

    private void next() {
        int index = held().size();
        if (index == parts.size()) {
            done();
        } else {
            step(() -> parts.one(index, timeOfPart()), false);
        }
    }

    private void again() {
        if (timeLeft() > 0) {
            step(() -> parts.together(timeOfPart()), true);
        } else {
            finish(explain ? new LockTimeoutException(whole.name(), Duration.ZERO, 0, null) : null);
        }
    }

    private void done() {
        boolean left;
        LockException why;
        guard.lock();
        try {
            left = leaving;
            why = reason;
            over = !left;
        } finally {
            guard.unlock();
        }
        if (left) {
            giveBack(() -> finish(why));
            return;
        }
        MultiLease lease = new MultiLease(whole, held(), time.outcomes()).watch();
        if (!result.complete(Optional.of(lease))) {
            lease.releaseAsync();
        }
    }

    /** Releases what is had, then goes on. */
    private void giveBack(Runnable then) {
        List<LeaseHandle> leases = held();
        guard.lock();
        try {
            had.clear();
        } finally {
            guard.unlock();
        }
        MultiLease.end(leases).thenRun(then);
    }

    private void finish(@Nullable LockException failure) {
        guard.lock();
        try {
            over = true;
        } finally {
            guard.unlock();
        }
        if (failure == null) {
            result.complete(Optional.empty());
        } else if (failure instanceof LockTimeoutException timeout) {
            Duration waited = Duration.ofNanos(time.nanos() - began);
            result.completeExceptionally(new LockTimeoutException(
                    timeout.lockName(), waited, timeout.place(), timeout.info().orElse(null)));
        } else {
            result.completeExceptionally(failure);
        }
    }

    private void watch(LeaseHandle part) {
        WeakReference<MultiAcquire> self = new WeakReference<>(this);
        String leaseId = part.id();
        part.lost().thenAccept(loss -> {
            MultiAcquire multiAcquire = self.get();
            if (multiAcquire != null) {
                multiAcquire.lost(leaseId);
            }
        });
    }

    /** The wait for the next part is in vain. */
    private void lost(String leaseId) {
        MultiPart left;
        guard.lock();
        try {
            boolean mine = had.stream().anyMatch(part -> part.id().equals(leaseId));
            left = mine && !over ? current : null;
        } finally {
            guard.unlock();
        }
        if (left != null) {
            left.leave();
        }
    }

    private boolean isAnyLost() {
        return held().stream().anyMatch(part -> !part.isValid());
    }

    private List<LeaseHandle> held() {
        guard.lock();
        try {
            return List.copyOf(had);
        } finally {
            guard.unlock();
        }
    }

    /** A wait whose time is over asks for a moment, and not for the command time-out that a single question may take. */
    private long timeOfPart() {
        return maxWaitNanos == 0 ? 0 : Math.max(1, timeLeft());
    }

    private long timeLeft() {
        return maxWaitNanos == Long.MAX_VALUE ? maxWaitNanos : Math.max(0, began + maxWaitNanos - time.nanos());
    }

    private LockException known(Throwable failure) {
        return Failure.cause(failure) instanceof LockException known
                ? known
                : new LockUnavailableException(
                        whole.name(), "Locks '" + whole.name() + "' cannot be asked for: an internal error", failure);
    }

    private LockException closed() {
        return new LockUnavailableException(
                whole.name(), "Locks '" + whole.name() + "': the client was closed during the wait", null);
    }
}
