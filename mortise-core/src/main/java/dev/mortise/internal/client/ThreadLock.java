package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLostException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.lease.Held;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The {@code java.util.concurrent.locks.Lock} view: owned by the thread, reentrant. Reentrancy is counted here and costs
 * nothing. A hold whose lease was lost is never entered again: that throws {@link LeaseLostException}, as does the
 * outermost {@link #unlock()}, so that a loss cannot pass in silence.
 */
final class ThreadLock implements Lock {
    private final Holdable lock;
    private final ThreadHolds holds;
    private final AcquireOptions options;

    ThreadLock(Holdable lock, ThreadHolds holds, AcquireOptions options) {
        this.lock = lock;
        this.holds = holds;
        this.options = options;
    }

    @Override
    public void lock() {
        if (!reenter()) {
            begin(lock.hold(options));
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        throwIfInterrupted();
        if (!reenter()) {
            begin(lock.holdInterruptibly(options));
        }
    }

    @Override
    public boolean tryLock() {
        return reenter() || beginIf(lock.tryHold(options));
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        throwIfInterrupted();
        if (reenter()) {
            return true;
        }
        long nanos = Math.max(0, unit.toNanos(time));
        return beginIf(lock.tryHold(options, nanos));
    }

    @Override
    public void unlock() {
        ThreadHolds.Hold hold = holds.current(lock.key());
        if (hold == null) {
            throw new IllegalMonitorStateException("Lock '" + lock.name() + "' is not held by thread "
                    + Thread.currentThread().getName());
        }
        if (hold.exit()) {
            holds.end(lock.key());
            if (hold.lease().release() == ReleaseOutcome.LOST) {
                throw lost(hold.lease());
            }
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    @Override
    public String toString() {
        ThreadHolds.Hold hold = holds.current(lock.key());
        return "Lock[" + lock.name() + (hold == null ? ", not held by this thread]" : ", held by this thread]");
    }

    private boolean reenter() {
        ThreadHolds.Hold hold = holds.current(lock.key());
        if (hold == null) {
            return false;
        }
        if (!hold.lease().isValid()) {
            throw lost(hold.lease());
        }
        hold.enter();
        return true;
    }

    private void begin(Held lease) {
        holds.begin(lock.key(), lease);
    }

    private boolean beginIf(Optional<? extends Held> lease) {
        lease.ifPresent(this::begin);
        return lease.isPresent();
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private LeaseLostException lost(Held lease) {
        @Nullable LeaseLoss known = lease.loss().orElse(null);
        LeaseLoss loss = known != null
                ? known
                : new LeaseLoss(LeaseLoss.Cause.TAKEN, "the server had it no more at the release");
        return new LeaseLostException(lock.name(), lease.fencingToken(), loss);
    }
}
