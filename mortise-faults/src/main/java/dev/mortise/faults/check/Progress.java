package dev.mortise.faults.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * C3. When a fault has healed, every live thread holds a lock again within a lease and 2 s, and what dead waiters cost;
 * without an order, one of its worker does.
 */
final class Progress implements Checker {
    static final long GRACE = TimeUnit.SECONDS.toNanos(2);

    @Override
    public String rule() {
        return "C3 nobody forgotten: everybody who is up gets a lock within a lease + 2 s, and what dead waiters cost, after a fault has healed";
    }

    @Override
    public List<String> violations(History history) {
        Map<String, long[]> grants = grantsByThread(history);
        List<String> found = new ArrayList<>();
        for (FaultSpan fault : history.faults()) {
            long due = fault.healedAt() + history.leaseNanos() + GRACE;
            if (fault.fault().equals(FaultSpan.WORKER_KILL)) {
                due += history.terms().deadWaiterNanos();
            }
            if (due > fault.undisturbedUntil()) {
                continue;
            }
            for (Life life : history.lives()) {
                if (life.readyAt() > fault.healedAt() || life.diedAt() < due) {
                    continue;
                }
                for (String thread : history.terms().ordered() ? life.threads() : List.of(life.worker())) {
                    long next = nextAfter(fault.healedAt(), grants.getOrDefault(thread, new long[0]));
                    if (next > due) {
                        found.add(thread + " got no lock within " + (due - fault.healedAt()) / 1_000_000 + " ms after "
                                + fault.fault() + " (" + fault.detail() + ")"
                                + (next == Long.MAX_VALUE
                                        ? ", nor later"
                                        : ", but after " + (next - fault.healedAt()) / 1_000_000 + " ms"));
                    }
                }
            }
        }
        return found;
    }

    private static Map<String, long[]> grantsByThread(History history) {
        Map<String, List<Long>> lists = new HashMap<>();
        for (RecordedHold hold : history.holds()) {
            String whose = history.terms().ordered() ? hold.thread() : hold.worker();
            lists.computeIfAbsent(whose, first -> new ArrayList<>()).add(hold.gotAt());
        }
        Map<String, long[]> sorted = new HashMap<>();
        lists.forEach((thread, times) -> sorted.put(
                thread, times.stream().mapToLong(Long::longValue).sorted().toArray()));
        return sorted;
    }

    private static long nextAfter(long moment, long[] sorted) {
        int at = Arrays.binarySearch(sorted, moment);
        int next = at >= 0 ? at : -at - 1;
        return next < sorted.length ? sorted[next] : Long.MAX_VALUE;
    }
}
