package dev.mortise.interop;

import dev.mortise.LeaseLoss;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A lock in keys of another library as a part of two. */
record InteropPart(InteropLock lock, InteropOptions options) implements BridgePart {
    @Override
    public String name() {
        return lock.name();
    }

    @Override
    public Optional<Held> tryAcquire(Duration maxWait) throws InterruptedException {
        return lock.tryAcquire(options.maxWait(maxWait)).map(InteropHeld::new);
    }

    private record InteropHeld(InteropLease lease) implements Held {
        @Override
        public boolean isValid() {
            return lease.isValid();
        }

        @Override
        public Duration remaining() {
            return lease.remaining();
        }

        @Override
        public CompletionStage<LeaseLoss> lost() {
            return lease.lost();
        }

        @Override
        public ReleaseOutcome release() {
            return lease.release();
        }
    }
}
