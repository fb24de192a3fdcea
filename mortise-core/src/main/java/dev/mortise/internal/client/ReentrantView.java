package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLostException;
import dev.mortise.LockException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.client.ReentrantHolds.Side;
import dev.mortise.internal.lease.LossAware;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code java.util.concurrent.locks.Lock} view: owned by the thread, reentrant. Reentrancy is counted here and costs
 * nothing. A hold whose lease was lost is never entered again: the first who tries gets {@link LeaseLostException}, as does
 * the outermost {@link #unlock()}, so that a loss cannot pass in silence. After that a thread acquires anew, with a hold of
 * its own: the task of a pool that never unlocked must not shut the thread out for ever.
 *
 * <p>Of a read-write lock there are two, which share the hold of a thread. A writer enters the other side freely; when it
 * leaves its own first, the lease is downgraded. A reader cannot enter the other side.
 */
final class ReentrantView implements Lock {
    /*
     * Overview. A hold of the thread, for this lock:
     *
     *   none                   entering acquires
     *   valid                  entering counts, leaving counts down, the outermost leaving releases
     *   lost, not yet told     entering throws, once; leaving counts down, and the outermost throws
     *   lost and told          entering acquires anew, and the lost hold stays behind the new one until it is left
     *
     * All of it is the calling thread's, so there is no race but with the loss. That is looked at before each entry;
     * between two of them a thread learns of it by its lease, or at the end.
     */
    private static final Logger log = LoggerFactory.getLogger(ReentrantView.class);

    private final ClientLock lock;
    private final ReentrantHolds holds;
    private final ReentrantHolds.Key key;
    private final Side side;
    private final AcquireOptions options;

    ReentrantView(ClientLock lock, ReentrantHolds holds, AcquireOptions options) {
        this.lock = lock;
        this.holds = holds;
        this.key = lock.key();
        this.side = lock.side();
        this.options = options;
    }

    @Override
    public void lock() {
        refuseReader();
        if (!reenter()) {
            begin(lock.hold(options));
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        throwIfInterrupted();
        refuseReader();
        if (!reenter()) {
            begin(lock.holdInterruptibly(options));
        }
    }

    @Override
    public boolean tryLock() {
        if (onlyReads()) {
            return false;
        }
        return reenter() || beginIf(lock.tryHold(options));
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        throwIfInterrupted();
        if (onlyReads()) {
            return false;
        }
        if (reenter()) {
            return true;
        }
        long nanos = Math.max(0, unit.toNanos(time));
        return beginIf(lock.tryHold(options, nanos));
    }

    @Override
    public void unlock() {
        ReentrantHolds.Hold hold = holds.current(key);
        if (hold == null || !hold.isEntered(side)) {
            throw new IllegalMonitorStateException("Lock '" + lock.name() + "' is not held by thread "
                    + Thread.currentThread().getName());
        }
        hold.exit(side);
        if (hold.isOver()) {
            holds.end(key);
            if (hold.lease().release() == ReleaseOutcome.LOST) {
                throw lost(hold.lease());
            }
        } else if (side == Side.EXCLUSIVE && !hold.isEntered(side)) {
            downgrade(hold);
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    @Override
    public String toString() {
        ReentrantHolds.Hold hold = holds.current(key);
        boolean held = hold != null && hold.isEntered(side);
        return "Lock[" + lock.name() + (held ? ", held by this thread]" : ", not held by this thread]");
    }

    /** Whether the thread has entered once more, with no request. */
    private boolean reenter() {
        ReentrantHolds.Hold hold = valid();
        if (hold == null) {
            return false;
        }
        hold.enter(side);
        return true;
    }

    /** Whether this is the side for writers, and the thread a reader: it would wait for itself. */
    private boolean onlyReads() {
        ReentrantHolds.Hold hold = valid();
        return hold != null && side == Side.EXCLUSIVE && !hold.isEntered(side);
    }

    private void refuseReader() {
        if (onlyReads()) {
            DeadlockException.Wait self = new DeadlockException.Wait(
                    options.owner().resolve(),
                    options.label(),
                    Optional.empty(),
                    lock.name(),
                    Optional.empty(),
                    lock.name(),
                    Optional.empty());
            throw new DeadlockException(
                    lock.name(), "cannot be taken for writing by a thread that holds it for reading", List.of(self));
        }
    }

    /**
     * What the thread holds; null = nothing, or only what it knows to be lost.
     *
     * @throws LeaseLostException when it is lost and the thread was not told before
     */
    private ReentrantHolds.@Nullable Hold valid() {
        ReentrantHolds.Hold hold = holds.current(key);
        if (hold == null || hold.lease().isValid()) {
            return hold;
        }
        if (hold.isTold()) {
            return null;
        }
        hold.tell();
        throw lost(hold.lease());
    }

    /** A writer's lease covers what a reader may do. If it is lost, the next to enter and the outermost to leave say so. */
    private void downgrade(ReentrantHolds.Hold hold) {
        try {
            hold.lease(lock.downgrade(hold.lease()));
        } catch (LockException e) {
            log.warn("Lock '{}' could not be downgraded: {}", lock.name(), e.getMessage());
        }
    }

    private void begin(LossAware lease) {
        holds.begin(key, lease, side);
    }

    private boolean beginIf(Optional<? extends LossAware> lease) {
        lease.ifPresent(this::begin);
        return lease.isPresent();
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private LeaseLostException lost(LossAware lease) {
        @Nullable LeaseLoss known = lease.loss().orElse(null);
        LeaseLoss loss =
                known != null ? known : new LeaseLoss(LeaseLoss.Cause.GONE, "the server had it no more at the release");
        return new LeaseLostException(lock.name(), lease.fencingToken(), loss);
    }
}
