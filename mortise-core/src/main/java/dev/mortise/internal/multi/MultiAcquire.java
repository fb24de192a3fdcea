package dev.mortise.internal.multi;

import dev.mortise.LockException;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.WaitReport;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.runtime.Work;
import dev.mortise.internal.store.Failure;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One acquire of several locks: all or none. Thread-safe; nothing here blocks. */
public final class MultiAcquire implements Work {
    /*
     * Overview. First it asks for all of them in one step, which succeeds when no other client uses any of them. Otherwise
     * it acquires one after the other in canonical order, each as any caller acquires it, and holds those it has. Because
     * every caller goes in the same order, they cannot wait for each other in a circle. At most one attempt is under way
     * at a time.
     *
     * Whatever ends it (time-out, refusal, the caller leaves), the leases acquired so far are released, last first, before
     * the result is complete. A lease that is lost while the next lock is waited for ends that wait; all are given back,
     * and it begins again within its time.
     *
     * An attempt is begun with no guard held, so a leave or a loss may come before the attempt is known here. step() makes
     * it known first and looks for both afterwards; what comes later finds it. So one of the two leaves the attempt.
     *
     * The guard is never held while an attempt is begun or left, a lease is asked, or a result handed out. What waits for
     * the loss of a lease knows this object by a weak reference only, because the registry can reach it, see MultiLease.
     */
    private final Parts parts;
    private final Together whole;
    private final Time time;
    private final long maxWaitNanos;
    private final boolean explain;
    private final long began;
    private final CompletableFuture<Optional<MultiLease>> result = new CompletableFuture<>();
    private final Guarded guard = new Guarded();

    /** The leases acquired so far, in order. Guarded. */
    private final List<LeaseHandle> acquired = new ArrayList<>();

    /** The attempt under way; null between two. Guarded. */
    private @Nullable MultiPart current;

    /** Whether it is to end without a result of its own. Once true stays true. Guarded. */
    private boolean leaving;

    /** What the result fails with when it leaves; null = it is empty. Set with {@link #leaving}. Guarded. */
    private @Nullable LockException reason;

    /** Whether the result is decided. Once true stays true. Guarded. */
    private boolean over;

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
     * Completes the result at once: the caller has waited long enough. The leases acquired so far are released, also one
     * that is acquired later.
     */
    public void giveUp() {
        leave(null);
        complete(inVain());
    }

    @Override
    public void abandon() {
        close();
        result.completeExceptionally(closed());
    }

    private void leave(@Nullable LockException why) {
        try (Steps then = guard.decide()) {
            if (leaving || over) {
                return;
            }
            leaving = true;
            reason = why;
            if (current != null) {
                then.add(current::leave);
            }
        }
    }

    /** @param mayBeRefused whether the next step follows also when nothing was granted */
    private void step(Supplier<MultiPart> begin, boolean mayBeRefused) {
        MultiPart attempt;
        try {
            attempt = begin.get();
        } catch (IllegalStateException e) {
            end(closed());
            return;
        } catch (RuntimeException | Error e) {
            broken(e);
            return;
        }
        // A thread that ends it looks for the attempt; what was decided before that was known is looked up here.
        guard.change(() -> current = attempt);
        if (guard.read(() -> leaving) || isAnyLost()) {
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

    /** Nothing that is thrown on the way ends it half done: what it has goes back, and the result tells. */
    private void broken(Throwable unexpected) {
        try {
            end(known(unexpected));
        } catch (RuntimeException | Error again) {
            unexpected.addSuppressed(again);
            finish(known(unexpected));
        }
    }

    private void ended(List<LeaseHandle> granted, @Nullable Throwable failure, boolean mayBeRefused) {
        guard.change(() -> {
            current = null;
            acquired.addAll(granted);
        });
        granted.forEach(this::watch);
        if (guard.read(() -> leaving)) {
            end(guard.read(() -> reason));
        } else if (failure != null) {
            end(known(failure));
        } else if (isAnyLost()) {
            giveBack(this::again);
        } else if (granted.isEmpty() && !mayBeRefused) {
            end(null);
        } else {
            next();
        }
    }

    /** All before this were acquired: the next one, or the end. */
    private void next() {
        int index = leases().size();
        if (index == parts.size()) {
            done();
        } else {
            step(() -> parts.one(index, timeOfPart()), false);
        }
    }

    /** A lock was lost on the way, and all are given back: from the beginning, if there is time. */
    private void again() {
        if (timeLeft() > 0) {
            step(() -> parts.together(timeOfPart()), true);
        } else {
            finish(inVain());
        }
    }

    /** All are acquired. From here on a leave changes nothing; one that was decided before wins. */
    private void done() {
        try (Steps then = guard.decide()) {
            if (leaving) {
                LockException why = reason;
                then.add(() -> end(why));
                return;
            }
            over = true;
            List<LeaseHandle> leases = List.copyOf(acquired);
            then.add(() -> deliver(leases));
        }
    }

    /** The caller gets them, or has gone, and they are released. */
    private void deliver(List<LeaseHandle> leases) {
        MultiLease lease = new MultiLease(whole, leases, time.outcomes()).watch();
        if (!result.complete(Optional.of(lease))) {
            lease.releaseAsync();
        }
    }

    /** Releases what was acquired, and only then tells. */
    private void end(@Nullable LockException failure) {
        giveBack(() -> finish(failure));
    }

    /** Releases the leases acquired so far, then goes on. */
    private void giveBack(Runnable then) {
        List<LeaseHandle> leases = leases();
        guard.change(acquired::clear);
        MultiLease.end(leases).thenRun(then);
    }

    /** Tells. A time-out of one part becomes that of the whole: the caller waited for all of them. */
    private void finish(@Nullable LockException failure) {
        guard.change(() -> over = true);
        if (failure instanceof LockTimeoutException timeout) {
            complete(new LockTimeoutException(timeout.lockName(), waited(), timeout.report()));
        } else {
            complete(failure);
        }
    }

    private void complete(@Nullable LockException failure) {
        if (failure == null) {
            result.complete(Optional.empty());
        } else {
            result.completeExceptionally(failure);
        }
    }

    /** A loss of the part is noticed from now on. Keeps neither the part nor this reachable. */
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

    /** The wait for the next lock is in vain. */
    private void lost(String leaseId) {
        try (Steps then = guard.decide()) {
            boolean mine = acquired.stream().anyMatch(part -> part.id().equals(leaseId));
            if (mine && !over && current != null) {
                then.add(current::leave);
            }
        }
    }

    /** Asks the clock of each lease, so it also finds a loss of which no message has come. */
    private boolean isAnyLost() {
        return leases().stream().anyMatch(part -> !part.isValid());
    }

    private List<LeaseHandle> leases() {
        return guard.read(() -> List.copyOf(acquired));
    }

    /** A wait whose time is over asks for a moment, and not for the command time-out that a single question may take. */
    private long timeOfPart() {
        return maxWaitNanos == 0 ? 0 : Math.max(1, timeLeft());
    }

    private long timeLeft() {
        return maxWaitNanos == Long.MAX_VALUE ? maxWaitNanos : Math.max(0, began + maxWaitNanos - time.nanos());
    }

    private Duration waited() {
        return Duration.ofNanos(time.nanos() - began);
    }

    private @Nullable LockException inVain() {
        return explain ? new LockTimeoutException(whole.name(), waited(), WaitReport.unknown(0)) : null;
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
