package dev.mortise.interop;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** A lock of Mortise as a part of two. */
record MortisePart(DistributedLock lock, AcquireOptions options) implements BridgePart {
    @Override
    public String name() {
        return lock.name();
    }

    @Override
    public Optional<Held> tryAcquire(Duration maxWait) throws InterruptedException {
        return lock.tryAcquire(options.maxWait(maxWait)).map(MortiseHeld::new);
    }

    private record MortiseHeld(Lease lease) implements Held {
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

        @Override
        public OptionalLong fencingToken() {
            return OptionalLong.of(lease.fencingToken());
        }
    }
}
