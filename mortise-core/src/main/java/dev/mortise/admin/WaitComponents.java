package dev.mortise.admin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sets of several owners that all wait for each other, directly or not: Tarjan's algorithm. Used once. */
final class WaitComponents {
    private final WaitLinks links;
    private final BitSet owners;

    /** When a node was met, from 1. */
    private final Map<Integer, Integer> met = new HashMap<>();

    /** The earliest node that can be reached, as far as is known. */
    private final Map<Integer, Integer> low = new HashMap<>();

    /** How many links of a node were followed. */
    private final Map<Integer, Integer> followed = new HashMap<>();

    /** Those that belong to no set yet. */
    private final Deque<Integer> open = new ArrayDeque<>();

    private final BitSet isOpen = new BitSet();
    private final List<BitSet> found = new ArrayList<>();
    private int count;

    /** @param owners those that the links are among */
    WaitComponents(WaitLinks links, BitSet owners) {
        this.links = links;
        this.owners = owners;
    }

    List<BitSet> all() {
        owners.stream().filter(owner -> !met.containsKey(owner)).forEach(this::from);
        return found;
    }

    private void from(int start) {
        Deque<Integer> path = new ArrayDeque<>();
        enter(start, path);
        while (!path.isEmpty()) {
            Integer node = path.getLast();
            List<Integer> next = links.next(node);
            int link = followed.merge(node, 1, Integer::sum) - 1;
            if (link < next.size()) {
                Integer other = next.get(link);
                if (!met.containsKey(other)) {
                    enter(other, path);
                } else if (isOpen.get(other)) {
                    low.merge(node, met.getOrDefault(other, 0), Math::min);
                }
            } else {
                path.removeLast();
                int lowest = low.getOrDefault(node, 0);
                if (!path.isEmpty()) {
                    low.merge(path.getLast(), lowest, Math::min);
                }
                if (met.getOrDefault(node, 0) == lowest) {
                    close(node);
                }
            }
        }
    }

    private void enter(Integer node, Deque<Integer> path) {
        count++;
        met.put(node, count);
        low.put(node, count);
        open.addLast(node);
        isOpen.set(node);
        path.addLast(node);
    }

    private void close(int root) {
        BitSet part = new BitSet();
        int node;
        do {
            node = open.removeLast();
            isOpen.clear(node);
            if (links.isOwner(node)) {
                part.set(node);
            }
        } while (node != root);
        if (part.cardinality() > 1) {
            found.add(part);
        }
    }
}
