package dev.mortise.tests.deadlock;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Says who is in a deadlock, by trying it out: whoever is not stopped by those that are left goes on and lets go of all, until
 * none does. Knows nothing of how deadlocks are found.
 */
final class Oracle {
    /** As many permits as a lock has that is no semaphore. */
    static final int ALL = 1_000;

    private record Entry(String owner, String lock, int permits, int capacity) {}

    private final List<Entry> holds = new ArrayList<>();

    /** In the order in which they came. */
    private final List<Entry> wants = new ArrayList<>();

    void holds(String owner, String lock, int permits, int capacity) {
        holds.add(new Entry(owner, lock, permits, capacity));
    }

    void wants(String owner, String lock, int permits, int capacity) {
        wants.add(new Entry(owner, lock, permits, capacity));
    }

    boolean isHolder(String owner, String lock) {
        return holds.stream().anyMatch(hold -> hold.owner.equals(owner) && hold.lock.equals(lock));
    }

    /** It has let go of all, and waits for nothing. */
    void goesOn(String owner) {
        holds.removeIf(hold -> hold.owner.equals(owner));
        wants.removeIf(want -> want.owner.equals(owner));
    }

    /** Whether it waits for ever, and one that waits for it is among those that it waits for. */
    boolean isInDeadlock(String owner) {
        Set<String> stuck = stuck();
        return stuck.contains(owner)
                && ahead(owner, stuck).stream()
                        .anyMatch(other -> reached(other, stuck).contains(owner));
    }

    private Set<String> stuck() {
        Set<String> left = new LinkedHashSet<>();
        wants.forEach(want -> left.add(want.owner));
        while (left.removeIf(owner -> wants.stream().anyMatch(want -> want.owner.equals(owner) && fits(want, left)))) {
            // One more round.
        }
        return left;
    }

    /** Whether it is granted once all but these have let go, and left the queue. */
    private boolean fits(Entry want, Set<String> left) {
        int held = 0;
        for (Entry hold : holds) {
            held += hold.lock.equals(want.lock) && left.contains(hold.owner) ? hold.permits : 0;
        }
        int needed = want.permits;
        for (Entry earlier : wants.subList(0, wants.indexOf(want))) {
            if (earlier.lock.equals(want.lock) && left.contains(earlier.owner)) {
                needed = Math.max(needed, earlier.permits);
            }
        }
        return held + needed <= want.capacity;
    }

    private Set<String> reached(String from, Set<String> among) {
        Set<String> reached = new HashSet<>(Set.of(from));
        boolean changes = true;
        while (changes) {
            changes = false;
            for (String at : Set.copyOf(reached)) {
                changes |= reached.addAll(ahead(at, among));
            }
        }
        return reached;
    }

    /** Those that hold what it wants, or wait for that before it. */
    private Set<String> ahead(String owner, Set<String> among) {
        Set<String> ahead = new HashSet<>();
        for (int i = 0; i < wants.size(); i++) {
            Entry want = wants.get(i);
            if (!want.owner.equals(owner)) {
                continue;
            }
            holds.stream().filter(hold -> hold.lock.equals(want.lock)).forEach(hold -> ahead.add(hold.owner));
            wants.subList(0, i).stream()
                    .filter(earlier -> earlier.lock.equals(want.lock))
                    .forEach(earlier -> ahead.add(earlier.owner));
        }
        ahead.remove(owner);
        ahead.retainAll(among);
        return ahead;
    }

    @Override
    public String toString() {
        return "holds " + holds + ", wants " + wants;
    }
}
