package dev.mortise.internal.deadlock;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the owners that wait for each other for ever, in a picture of who holds and wants what at one moment. Pure: it asks
 * nothing and keeps nothing. Not thread-safe.
 */
final class DeadlockSearch {
    /*
     * Overview. Graph reduction (Holt, Some Deadlock Properties of Computer Systems, 1972).
     *
     * A set of owners is stuck when none of them could be granted anything if all owners outside the set let go of what they
     * hold. That is one rule for mutexes, readers, writers, semaphores and upgrades. An owner that waits for several locks at
     * once goes on with the first of them, so it is stuck only if none fits.
     *
     * The largest stuck set also has owners that merely wait for a deadlock. The one in question belongs to a deadlock if it is in a
     * stuck set whose members all wait for each other, directly or not. So the search takes turns: it removes owners that
     * could go on, then those that do not wait for the one in question or are not waited for by it, until nothing changes. Every
     * stuck set has such a part: of its strongly connected components, one that waits for none of the others.
     *
     * An owner that waits only for itself is not taken for stuck: another thread may have been given its lease.
     */

    private final Map<String, WaitRecord> owners = new LinkedHashMap<>();

    /** The permits that each owner holds of a lock, by the name of the lock. */
    private final Map<String, Map<WaitRecord, List<Held>>> holders = new HashMap<>();

    /** @param records one for each owner */
    DeadlockSearch(Collection<WaitRecord> records) {
        for (WaitRecord record : records) {
            owners.put(record.owner(), record);
        }
        for (WaitRecord record : owners.values()) {
            for (Held held : record.held()) {
                holders.computeIfAbsent(held.lock(), lock -> new LinkedHashMap<>())
                        .computeIfAbsent(record, owner -> new ArrayList<>())
                        .add(held);
            }
        }
    }

    /** The owners that wait for each other for ever, that one among them; empty when it does not. */
    Set<WaitRecord> deadlockOf(String owner) {
        WaitRecord one = owners.get(owner);
        Set<WaitRecord> left = new HashSet<>(owners.values());
        int before;
        do {
            before = left.size();
            removeThoseThatGoOn(left);
            if (one == null || !left.contains(one)) {
                return Set.of();
            }
            Set<WaitRecord> ahead = reached(one, left, true);
            ahead.retainAll(reached(one, left, false));
            left.retainAll(ahead);
        } while (left.size() < before);
        return left.size() > 1 ? left : Set.of();
    }

    private void removeThoseThatGoOn(Set<WaitRecord> left) {
        boolean changes = true;
        while (changes) {
            changes = left.removeIf(owner -> owner.wanted().stream().anyMatch(wanted -> fits(owner, wanted, left)));
        }
    }

    /**
     * Whether it fits once all owners outside the set have let go. What is upgraded does not stand in its own way. A hold that
     * several readers share counts more than once, which makes no difference: a writer fits beside none of them.
     */
    private boolean fits(WaitRecord owner, Wanted wanted, Set<WaitRecord> left) {
        long free = wanted.capacity();
        for (Map.Entry<WaitRecord, List<Held>> holder : holdersOf(wanted).entrySet()) {
            if (left.contains(holder.getKey())) {
                for (Held held : holder.getValue()) {
                    boolean isUpgraded =
                            isSame(holder.getKey(), owner) && held.holdId().equals(wanted.waitId());
                    free -= isUpgraded ? 0 : held.permits();
                }
            }
        }
        return wanted.permits() <= free;
    }

    private Map<WaitRecord, List<Held>> holdersOf(Wanted wanted) {
        return holders.getOrDefault(wanted.lock(), Map.of());
    }

    /** Those that the one waits for, directly or not; or those that wait for it. The one itself is among them. */
    private Set<WaitRecord> reached(WaitRecord one, Set<WaitRecord> among, boolean ahead) {
        Set<WaitRecord> reached = new HashSet<>(Set.of(one));
        Deque<WaitRecord> next = new ArrayDeque<>(List.of(one));
        while (!next.isEmpty()) {
            WaitRecord at = next.remove();
            for (WaitRecord other : among) {
                boolean leads = ahead ? waitsFor(at, other) : waitsFor(other, at);
                if (leads && reached.add(other)) {
                    next.add(other);
                }
            }
        }
        return reached;
    }

    private boolean waitsFor(WaitRecord waiter, WaitRecord holder) {
        return !isSame(waiter, holder)
                && waiter.wanted().stream().anyMatch(wanted -> holdersOf(wanted).containsKey(holder));
    }

    private static boolean isSame(WaitRecord one, WaitRecord other) {
        return one.owner().equals(other.owner());
    }

    /**
     * A shortest chain in which each owner waits for the next and the last for the first.
     *
     * @param first where it begins
     * @param deadlock as {@link #deadlockOf} has answered
     */
    List<WaitRecord> cycle(WaitRecord first, Set<WaitRecord> deadlock) {
        List<WaitRecord> inOrder = deadlock.stream()
                .sorted(Comparator.comparing(WaitRecord::owner))
                .collect(Collectors.toList());
        Map<WaitRecord, WaitRecord> before = new HashMap<>();
        Deque<WaitRecord> next = new ArrayDeque<>(List.of(first));
        while (!next.isEmpty()) {
            WaitRecord at = next.remove();
            if (!isSame(at, first) && waitsFor(at, first)) {
                return chain(first, at, before);
            }
            for (WaitRecord other : inOrder) {
                if (!isSame(other, first) && waitsFor(at, other) && before.putIfAbsent(other, at) == null) {
                    next.add(other);
                }
            }
        }
        throw new IllegalStateException("no cycle through " + first.owner());
    }

    private static List<WaitRecord> chain(WaitRecord first, WaitRecord last, Map<WaitRecord, WaitRecord> before) {
        List<WaitRecord> chain = new ArrayList<>();
        for (WaitRecord at = last; at != null && !isSame(at, first); at = before.get(at)) {
            chain.add(0, at);
        }
        chain.add(0, first);
        return chain;
    }
}
