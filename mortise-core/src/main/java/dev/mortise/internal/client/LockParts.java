package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.OnLoss;
import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.acquire.AcquireResult;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.acquire.LeaveReason;
import dev.mortise.internal.insight.WaitReports;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.multi.MultiPart;
import dev.mortise.internal.multi.Parts;
import dev.mortise.internal.store.SingleAuthorityStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Several locks of one client as one caller wants them. Made by the thread that asks: it is the owner of them all. */
final class LockParts implements Parts {
    /*
     * Overview. The loss of a part interrupts no thread, whatever the options say: the whole does that, once, see
     * MultiLease. The wait is not in the terms either, as each attempt has what is left of the time of the whole.
     *
     * Where grants must be copied, there is no step for all of them.
     */
    private final Acquires acquires;
    private final WaitReports reports;
    private final SingleAuthorityStore store;
    private final String name;
    private final List<LeaseTerms> terms = new ArrayList<>();
    private final Durability durability;
    private final boolean explain;

    LockParts(
            Acquires acquires,
            WaitReports reports,
            SingleAuthorityStore store,
            String name,
            List<String> locks,
            AcquireOptions options,
            Caller caller,
            boolean explain) {
        this.acquires = acquires;
        this.reports = reports;
        this.store = store;
        this.name = name;
        this.durability = acquires.specs().durability(options);
        this.explain = explain;
        AcquireOptions each = options.onLoss(OnLoss.NOTIFY);
        locks.forEach(lock -> terms.add(acquires.specs()
                .of(lock, Permits.MUTEX, each, caller, 0, explain)
                .terms()));
    }

    @Override
    public int size() {
        return terms.size();
    }

    @Override
    public MultiPart together(long maxWaitNanos) {
        if (!durability.isNone()) {
            return new Nothing();
        }
        return acquires.beginOneStep(store, name, terms, maxWaitNanos);
    }

    @Override
    public MultiPart one(int index, long maxWaitNanos) {
        LeaseTerms each = terms.get(index);
        Acquire acquire = acquires.begin(new AcquireSpec(each, maxWaitNanos, explain, durability));
        return new One(reports, each.lock(), acquire, explain);
    }

    /** Grants nothing at once, so that each lock is acquired on its own, and copied. */
    private record Nothing() implements MultiPart {
        @Override
        public CompletableFuture<List<LeaseHandle>> result() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void leave() {}
    }

    /** One of the locks. Its refusal for good is a failure of the whole, as is a wait in vain that is to be explained. */
    private record One(WaitReports reports, String lock, Acquire acquire, boolean explain) implements MultiPart {
        @Override
        public CompletableFuture<List<LeaseHandle>> result() {
            return acquire.result().thenCompose(outcome -> {
                if (outcome instanceof AcquireResult.Granted granted) {
                    return CompletableFuture.completedFuture(List.of(granted.lease()));
                }
                AcquireResult.Left left = (AcquireResult.Left) outcome;
                if (left.failure() == null && (!explain || left.why() != LeaveReason.TIMEOUT)) {
                    return CompletableFuture.completedFuture(List.of());
                }
                return FailedWait.explained(reports, lock, left).thenCompose(CompletableFuture::failedFuture);
            });
        }

        @Override
        public void leave() {
            acquire.leave(LeaveReason.CANCELLED);
        }
    }
}
