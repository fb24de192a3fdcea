package dev.mortise.interop;

import dev.mortise.AcquireOptions;
import dev.mortise.LeaseLoss;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A lock that belongs to a thread, as a part of two. */
record ThreadPart(String name, Lock lock, BooleanSupplier isHeld) implements BridgePart {
    @Override
    public Optional<Held> tryAcquire(Duration maxWait) throws InterruptedException {
        if (maxWait.equals(AcquireOptions.FOREVER)) {
            lock.lockInterruptibly();
        } else if (maxWait.isZero() ? !lock.tryLock() : !lock.tryLock(maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        return Optional.of(new ThreadHeld(lock, isHeld));
    }

    private static final class ThreadHeld implements Held {
        private final Lock lock;
        private final BooleanSupplier isHeld;
        private final CompletableFuture<LeaseLoss> never = new CompletableFuture<>();

        /** The thread that has acquired it. */
        private final Thread owner = Thread.currentThread();

        /** Null before the release. Written by the owner. */
        private volatile @Nullable ReleaseOutcome outcome;

        private ThreadHeld(Lock lock, BooleanSupplier isHeld) {
            this.lock = lock;
            this.isHeld = isHeld;
        }

        @Override
        public boolean isValid() {
            return outcome == null && (Thread.currentThread() != owner || isHeld.getAsBoolean());
        }

        @Override
        public Duration remaining() {
            return AcquireOptions.MAX_DURATION;
        }

        @Override
        public CompletionStage<LeaseLoss> lost() {
            return never.minimalCompletionStage();
        }

        @Override
        public boolean isThreadBound() {
            return true;
        }

        @Override
        public ReleaseOutcome release() {
            ReleaseOutcome known = outcome;
            if (known != null) {
                return known;
            }
            if (Thread.currentThread() != owner) {
                throw new IllegalMonitorStateException("only thread " + owner.getName() + " can release this lock");
            }
            ReleaseOutcome how = unlocked();
            outcome = how;
            return how;
        }

        /** Libraries differ in what they throw for a lock that has expired, and for a server that does not answer. */
        private ReleaseOutcome unlocked() {
            try {
                lock.unlock();
                return ReleaseOutcome.RELEASED;
            } catch (IllegalMonitorStateException | IllegalStateException e) {
                return ReleaseOutcome.LOST;
            } catch (RuntimeException e) {
                return ReleaseOutcome.UNKNOWN;
            }
        }
    }
}
