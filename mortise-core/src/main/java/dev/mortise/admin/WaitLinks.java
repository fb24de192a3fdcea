package dev.mortise.admin;

import dev.mortise.admin.WaitGraph.Hold;
import dev.mortise.admin.WaitGraph.Lock;
import dev.mortise.admin.WaitGraph.Wait;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Who waits for whom, among some of the owners of a graph. Not thread-safe. */
final class WaitLinks {
    /*
     * Overview. A lock is a node between those that wait for all of its holders and these, as there may be thousands of both. So
     * there are as many links as holds and waits. Numbers below that of the owners are owners, those above are locks.
     */
    private final WaitGraph graph;
    private final BitSet among;

    /** In the order of service, those inside a client behind the one that stands in the queue for them. */
    private final List<Wait> waits;

    private final Map<String, Integer> lockNodes;
    private final Map<Integer, List<Integer>> next = new HashMap<>();
    private final Map<Integer, List<Integer>> previous = new HashMap<>();

    private WaitLinks(WaitGraph graph, BitSet among, List<Wait> waits, Map<String, Integer> lockNodes) {
        this.graph = graph;
        this.among = among;
        this.waits = waits;
        this.lockNodes = lockNodes;
        link();
    }

    /** Among all of them. */
    static WaitLinks of(WaitGraph graph) {
        BitSet all = new BitSet();
        all.set(0, graph.owners().size());
        Map<String, Integer> lockNodes = new HashMap<>();
        for (Lock lock : graph.locks()) {
            lockNodes.put(lock.name(), graph.owners().size() + lockNodes.size());
        }
        List<Wait> waits = graph.waits().stream()
                .sorted(Comparator.comparingInt(Wait::place).thenComparing(Wait::isLocal))
                .toList();
        return new WaitLinks(graph, all, waits, lockNodes);
    }

    /** As if all others had let go of everything, and waited for nothing. */
    WaitLinks among(BitSet owners) {
        return new WaitLinks(graph, owners, waits, lockNodes);
    }

    List<Wait> waitsInOrder() {
        return waits;
    }

    private void link() {
        Map<String, Long> held = new HashMap<>();
        for (Hold hold : graph.holds()) {
            if (among.get(hold.owner())) {
                held.merge(hold.lock(), hold.permits(), Long::sum);
                add(node(hold.lock()), hold.owner());
            }
        }
        Map<String, List<Wait>> tooFewFor = new HashMap<>();
        for (Wait wait : waits) {
            if (!among.get(wait.owner())) {
                continue;
            }
            List<Wait> ahead = tooFewFor.computeIfAbsent(wait.lock(), unknown -> new ArrayList<>(1));
            if (wait.permits() <= capacity(wait.lock()) - held.getOrDefault(wait.lock(), 0L)) {
                behind(wait, ahead);
            } else {
                add(wait.owner(), node(wait.lock()));
                if (!wait.isLocal()) {
                    ahead.add(wait);
                }
            }
        }
    }

    private long capacity(String lock) {
        return graph.locks().get(node(lock) - graph.owners().size()).permits();
    }

    private void behind(Wait wait, List<Wait> ahead) {
        for (int i = ahead.size() - 1; i >= 0; i--) {
            Wait other = ahead.get(i);
            if (other.owner() != wait.owner() && other.place() <= wait.place()) {
                add(wait.owner(), other.owner());
                return;
            }
        }
    }

    private void add(int from, int to) {
        next.computeIfAbsent(from, unknown -> new ArrayList<>(2)).add(to);
        previous.computeIfAbsent(to, unknown -> new ArrayList<>(2)).add(from);
    }

    /** The node of a lock. */
    int node(String lock) {
        return lockNodes.getOrDefault(lock, -1);
    }

    boolean isOwner(int node) {
        return node < graph.owners().size();
    }

    /** Where one node leads to: an owner to locks, and to the waiters that it stands behind; a lock to its holders. */
    List<Integer> next(int node) {
        return next.getOrDefault(node, List.of());
    }

    int size() {
        return graph.owners().size() + graph.locks().size();
    }

    /** Whether an owner waits for another one. */
    boolean waits(int owner) {
        return blockersOf(owner).findAny().isPresent();
    }

    /** The owners that one waits for directly, in order. */
    IntStream blockersOf(int owner) {
        return neighbours(owner, next);
    }

    /** The owners that wait for one directly, in order. */
    IntStream blockedBy(int owner) {
        return neighbours(owner, previous);
    }

    private IntStream neighbours(int owner, Map<Integer, List<Integer>> links) {
        return links.getOrDefault(owner, List.of()).stream()
                .flatMap(node -> isOwner(node) ? List.of(node).stream() : links.getOrDefault(node, List.of()).stream())
                .mapToInt(Integer::intValue)
                .filter(other -> other != owner)
                .sorted()
                .distinct();
    }

    /** How many others wait for one, directly or not. */
    int blocks(int owner) {
        BitSet seen = new BitSet(size());
        seen.set(owner);
        Deque<Integer> nodes = new ArrayDeque<>(List.of(owner));
        int count = 0;
        while (!nodes.isEmpty()) {
            for (int node : previous.getOrDefault(nodes.remove(), List.of())) {
                if (!seen.get(node)) {
                    seen.set(node);
                    count += isOwner(node) ? 1 : 0;
                    nodes.add(node);
                }
            }
        }
        return count;
    }
}
