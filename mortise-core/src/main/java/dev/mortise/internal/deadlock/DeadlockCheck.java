package dev.mortise.internal.deadlock;

import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.Waits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes certain that a deadlock in the register of waits is one. Stateless but for the store, never blocks. */
final class DeadlockCheck {
    /*
     * Overview. Double collect with identities that are never used again.
     *
     * A record in the register never claims more than its owner holds: its client takes it back before
     * the owner gives up a lease, see OwnerClaims. What a client cannot know in time is on record at the server: that a lease has
     * ended there. So the records of the locks are read after it, and then the register once more. A record of the same version
     * and a hold that is still there were so all the time in between. So all of them were so at one moment: when the records of
     * the locks were read. This holds also if each record is read at a moment of its own, as of many.
     *
     * A client that cannot reach the register lets a lease go on after a while, although its record still stands there. So what is
     * looked at must be certain: refreshed more lately than that.
     *
     * A wait that was granted since is found by the same means. It was granted after a holder had let go. So the record of that
     * holder was taken back, or its hold has ended, or it is not in the deadlock; and without it the wait fits.
     *
     * A waiter is behind all that came before it. So it needs as many permits at once as the largest of those ahead of it, and
     * not only its own: a reader behind a writer waits for the readers that the writer waits for. That is read from the
     * server's queue. If the wait does not stand there, its own permits count, which finds less but nothing wrong.
     */

    private final LockStore store;

    DeadlockCheck(LockStore store) {
        this.store = store;
    }

    /** The owners that may wait for each other for ever, that one among them, by the register alone; empty when it does not. */
    static Set<WaitRecord> candidates(WaitRecord mine, Waits seen) {
        return new DeadlockSearch(with(mine, seen).stream()
                        .map(DeadlockCheck::asExclusive)
                        .toList())
                .deadlockOf(mine.owner());
    }

    /**
     * The owners that wait for each other for ever, that one among them; empty when it does not.
     *
     * @param mine its record, as it stands in the register
     * @param seen what the register has answered to it
     * @param candidates of the same; not empty
     * @param secondLook asks the register again; its answer is empty if that record was taken back
     */
    CompletableFuture<List<WaitRecord>> of(
            WaitRecord mine, Waits seen, Set<WaitRecord> candidates, Supplier<CompletableFuture<Waits>> secondLook) {
        Set<String> locks = candidates.stream()
                .flatMap(record -> record.wanted().stream())
                .map(Wanted::lock)
                .collect(Collectors.toSet());
        return AskedAll.of(locks, store::inspect)
                .thenApply(records -> verified(with(mine, seen), records))
                .thenCompose(verified -> again(mine, verified, secondLook));
    }

    private static List<WaitRecord> with(WaitRecord mine, Waits seen) {
        List<WaitRecord> all = new ArrayList<>(seen.records());
        all.add(mine);
        return all;
    }

    private static List<WaitRecord> verified(List<WaitRecord> all, Map<String, LockRecord> locks) {
        List<WaitRecord> verified = new ArrayList<>();
        for (WaitRecord record : all) {
            List<Wanted> wanted = record.wanted().stream()
                    .map(wait -> asQueued(wait, locks.get(wait.lock())))
                    .toList();
            List<Held> held = record.held().stream()
                    .filter(hold -> isHeld(hold, locks.get(hold.lock())))
                    .toList();
            verified.add(record.with(wanted, held));
        }
        return verified;
    }

    private static CompletableFuture<List<WaitRecord>> again(
            WaitRecord mine, List<WaitRecord> verified, Supplier<CompletableFuture<Waits>> secondLook) {
        DeadlockSearch search = new DeadlockSearch(verified);
        Set<WaitRecord> deadlock = search.deadlockOf(mine.owner());
        if (deadlock.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return secondLook.get().thenApply(now -> {
            Map<String, Long> versions = new HashMap<>();
            now.records().forEach(record -> versions.put(record.owner(), record.version()));
            versions.put(mine.owner(), mine.version());
            if (!now.doubtful(deadlock, mine.owner()).isEmpty()) {
                throw new IllegalStateException("what was looked at took too long");
            }
            boolean isSame = deadlock.stream()
                    .allMatch(record -> Long.valueOf(record.version()).equals(versions.get(record.owner())));
            return isSame ? List.copyOf(deadlock) : List.of();
        });
    }

    /** Whether the hold is on record there, and was renewed in time: else its client is gone, and the lease ends by itself. */
    private static boolean isHeld(Held held, @Nullable LockRecord lock) {
        return lock == null
                || lock.holders().stream()
                        .anyMatch(holder -> holder.leaseId().equals(held.holdId())
                                && (holder.expiryMillis() == 0
                                        || holder.expiryMillis() - lock.nowMillis() >= holder.leaseMillis() / 2));
    }

    /** As it stands there: with the permits of those ahead, and with as many permits as the lock has now. */
    private static Wanted asQueued(Wanted wait, @Nullable LockRecord lock) {
        if (lock == null) {
            return wait;
        }
        long permits = 0;
        long ahead = 0;
        for (LockRecord.Waiter waiter : lock.waiters()) {
            ahead = Math.max(ahead, waiter.permits());
            boolean isOwn = waiter.leaseId().equals(wait.waitId());
            if (isOwn || waiter.leaseId().equals(wait.queuedId())) {
                permits = ahead;
            }
            if (isOwn) {
                break;
            }
        }
        long capacity = lock.shape().map(Shape::capacity).orElse(wait.capacity());
        return wait.with(Math.max(permits, wait.permits()), capacity);
    }

    /** As if it needed all of the lock: whatever is no deadlock then is none. */
    private static WaitRecord asExclusive(WaitRecord record) {
        List<Wanted> wanted = record.wanted().stream()
                .map(wait -> wait.with(wait.capacity(), wait.capacity()))
                .toList();
        return record.with(wanted, record.held());
    }
}
