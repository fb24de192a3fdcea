package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.OnLoss;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.Terms;
import dev.mortise.internal.many.Attempt;
import dev.mortise.internal.many.Parts;
import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Departure;
import dev.mortise.internal.waiting.Outcome;
import dev.mortise.internal.waiting.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Several locks of one client as one caller wants them. Made by the thread that asks: it is the owner of them all. */
final class EngineParts implements Parts {
    private final LockClient client;
    private final String name;
    private final List<Terms> terms = new ArrayList<>();
    private final Durability durability;
    private final boolean explain;

    EngineParts(
            LockClient client,
            String name,
            List<String> locks,
            AcquireOptions options,
            boolean threadBound,
            boolean explain) {
        this.client = client;
        this.name = name;
        this.durability = client.durability(options);
        this.explain = explain;
        AcquireOptions each = options.onLoss(OnLoss.NOTIFY);
        locks.forEach(lock -> terms.add(
                client.wish(lock, Use.MUTEX, each, threadBound, 0, explain).terms()));
    }

    @Override
    public int size() {
        return terms.size();
    }

    @Override
    public Attempt together(long maxWaitNanos) {
        return durability.isNone() ? client.together(name, terms, maxWaitNanos) : new Nothing();
    }

    @Override
    public Attempt one(int index, long maxWaitNanos) {
        Terms each = terms.get(index);
        Acquisition acquisition = client.begin(new Wish(each, maxWaitNanos, explain, durability));
        return new One(new EngineLock(client, each.lock(), Use.MUTEX), acquisition, explain);
    }

    /** Grants nothing at once, so that each lock is acquired by its own, and copied. */
    private record Nothing() implements Attempt {
        @Override
        public CompletableFuture<List<LeaseHandle>> result() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void leave() {}
    }

    private record One(EngineLock lock, Acquisition acquisition, boolean explain) implements Attempt {
        @Override
        public CompletableFuture<List<LeaseHandle>> result() {
            return acquisition.result().thenCompose(outcome -> {
                if (outcome instanceof Outcome.Granted granted) {
                    return CompletableFuture.completedFuture(List.of(granted.lease()));
                }
                Outcome.Left left = (Outcome.Left) outcome;
                if (left.failure() == null && (!explain || left.why() != Departure.TIMEOUT)) {
                    return CompletableFuture.completedFuture(List.of());
                }
                return lock.explained(left).thenCompose(CompletableFuture::failedFuture);
            });
        }

        @Override
        public void leave() {
            acquisition.leave(Departure.CANCELLED);
        }
    }
}
