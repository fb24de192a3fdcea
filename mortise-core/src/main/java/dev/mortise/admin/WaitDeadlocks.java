package dev.mortise.admin;

import dev.mortise.admin.WaitGraph.Hold;
import dev.mortise.admin.WaitGraph.Lock;
import dev.mortise.admin.WaitGraph.Wait;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which owners of a graph wait for each other for ever. Not thread-safe. */
final class WaitDeadlocks {
    /*
     * Overview. Graph reduction, as where deadlocks are looked for: see DeadlockSearch. A set of owners is stuck when none of
     * them could be granted anything if all owners outside the set let go and left the queues. The largest stuck set also has
     * owners that merely wait behind a deadlock. So it is parted into those that wait for each other, directly or not. Each part
     * is looked at again as if the others had let go, until nothing changes.
     *
     * The order of a queue counts: who stands behind a waiter that is stuck is stuck as well. A wait inside its client stands
     * behind the one of its client in the queue, and is not known to stand before another one.
     *
     * All of it goes through the graph with lists of its own, and not by calls within calls, as a chain may have thousands of links.
     */
    private final WaitGraph graph;
    private final WaitLinks all;
    private final Map<String, Long> capacity = new HashMap<>();
    private final Map<String, List<Wait>> queues = new HashMap<>();
    private final Map<String, List<Wait>> local = new HashMap<>();
    private final List<List<Hold>> holdsOf = new ArrayList<>();
    private final List<List<Wait>> waitsOf = new ArrayList<>();

    WaitDeadlocks(WaitGraph graph) {
        this.graph = graph;
        this.all = WaitLinks.of(graph);
        for (Lock lock : graph.locks()) {
            capacity.put(lock.name(), lock.permits());
            queues.put(lock.name(), new ArrayList<>());
            local.put(lock.name(), new ArrayList<>());
        }
        for (int i = 0; i < graph.owners().size(); i++) {
            holdsOf.add(new ArrayList<>(1));
            waitsOf.add(new ArrayList<>(1));
        }
        graph.holds().forEach(hold -> holdsOf.get(hold.owner()).add(hold));
        for (Wait wait : all.waitsInOrder()) {
            waitsOf.get(wait.owner()).add(wait);
            of(wait.isLocal() ? local : queues, wait.lock()).add(wait);
        }
    }

    private static List<Wait> of(Map<String, List<Wait>> waits, String lock) {
        return waits.getOrDefault(lock, List.of());
    }

    /** By the ids of their owners, the largest first. */
    List<List<Integer>> all() {
        BitSet waiting = new BitSet();
        graph.waits().forEach(wait -> waiting.set(wait.owner()));
        List<List<Integer>> found = new ArrayList<>();
        Deque<BitSet> sets = new ArrayDeque<>(List.of(waiting));
        while (!sets.isEmpty()) {
            BitSet left = sets.remove();
            reduce(left);
            WaitLinks links = all.among(left);
            for (BitSet part : new WaitComponents(links, left).all()) {
                if (part.equals(left)) {
                    found.add(inOrder(links, left));
                } else {
                    sets.add(part);
                }
            }
        }
        found.sort(Comparator.<List<Integer>>comparingInt(List::size)
                .reversed()
                .thenComparing(deadlock -> deadlock.get(0)));
        return found;
    }

    /** Takes out, again and again, each owner that would be granted something if those outside the set let go. */
    private void reduce(BitSet left) {
        Map<String, Long> free = new HashMap<>();
        Map<String, Integer> heads = new HashMap<>();
        Set<String> changed = new LinkedHashSet<>();
        left.stream().forEach(owner -> {
            holdsOf.get(owner).forEach(hold -> free(hold.lock(), -hold.permits(), free));
            waitsOf.get(owner).forEach(wait -> changed.add(wait.lock()));
        });
        while (!changed.isEmpty()) {
            String lock = changed.iterator().next();
            changed.remove(lock);
            for (int owner : thoseThatGoOn(lock, left, free, heads)) {
                if (left.get(owner)) {
                    left.clear(owner);
                    for (Hold hold : holdsOf.get(owner)) {
                        free(hold.lock(), hold.permits(), free);
                        changed.add(hold.lock());
                    }
                    waitsOf.get(owner).forEach(wait -> changed.add(wait.lock()));
                }
            }
        }
    }

    private void free(String lock, long permits, Map<String, Long> free) {
        free.merge(lock, capacity.getOrDefault(lock, 0L) + permits, (before, more) -> before + permits);
    }

    /** @param heads how far each queue was gone through; what was once passed needs no second look, as the set only shrinks */
    private List<Integer> thoseThatGoOn(String lock, BitSet left, Map<String, Long> free, Map<String, Integer> heads) {
        Long known = free.get(lock);
        long permits = known == null ? capacity.getOrDefault(lock, 0L) : known;
        List<Integer> found = new ArrayList<>();
        List<Wait> queue = of(queues, lock);
        int head = heads.getOrDefault(lock, 0);
        while (head < queue.size()
                && (!left.get(queue.get(head).owner()) || queue.get(head).permits() <= permits)) {
            found.add(queue.get(head).owner());
            head++;
        }
        heads.put(lock, head);
        int stuckAt = head < queue.size() ? queue.get(head).place() : Integer.MAX_VALUE;
        for (Wait wait : of(local, lock)) {
            if (wait.permits() <= permits && wait.place() < stuckAt) {
                found.add(wait.owner());
            }
        }
        return found;
    }

    /** A shortest ring through the first of them, then the others. */
    private static List<Integer> inOrder(WaitLinks links, BitSet deadlock) {
        int first = deadlock.nextSetBit(0);
        Map<Integer, Integer> before = new HashMap<>();
        BitSet seen = new BitSet();
        seen.set(first);
        Deque<Integer> next = new ArrayDeque<>(List.of(first));
        Integer last = null;
        while (last == null && !next.isEmpty()) {
            int at = next.remove();
            if (at != first && links.blockersOf(at).anyMatch(other -> other == first)) {
                last = at;
            } else {
                links.blockersOf(at).filter(other -> !seen.get(other)).forEach(other -> {
                    seen.set(other);
                    before.put(other, at);
                    next.add(other);
                });
            }
        }
        List<Integer> order = new ArrayList<>();
        for (Integer at = last; at != null; at = before.get(at)) {
            order.add(at);
        }
        Collections.reverse(order);
        BitSet others = (BitSet) deadlock.clone();
        order.forEach(others::clear);
        others.stream().forEach(order::add);
        return order;
    }
}
