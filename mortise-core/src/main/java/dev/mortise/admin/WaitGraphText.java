package dev.mortise.admin;

import dev.mortise.admin.WaitGraph.Hold;
import dev.mortise.admin.WaitGraph.Node;
import dev.mortise.admin.WaitGraph.Root;
import dev.mortise.admin.WaitGraph.Wait;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A graph in words, of bounded length; the words are those of a {@link dev.mortise.DeadlockException}. Used once. */
final class WaitGraphText {
    /*
     * Overview. Each owner has one line: where it comes up first. The tree is walked with a list of its own, and not by calls within
     * calls. An owner in a deadlock has its line above the tree, so what waits behind a deadlock comes below that.
     */
    private static final int MOST_LINES = 200;
    private static final int MOST_LEVELS = 16;

    /** The most locks that are named in a line, of each kind. */
    private static final int MOST_LOCKS = 3;

    private final WaitGraph graph;
    private final WaitLinks links;
    private final WaitWords words;
    private final Map<Integer, List<Hold>> holdsOf = new HashMap<>();
    private final Map<Integer, List<Wait>> waitsOf = new HashMap<>();
    private final BitSet told = new BitSet();
    private final StringBuilder out = new StringBuilder();
    private int lines;

    /** An owner to be told, so many levels deep. */
    private record Item(int owner, int level) {}

    WaitGraphText(WaitGraph graph) {
        this.graph = graph;
        this.links = WaitLinks.of(graph);
        this.words = new WaitWords(graph);
        List<String> wanted = graph.waits().stream().map(Wait::lock).distinct().toList();
        BitSet isWanted = new BitSet();
        wanted.forEach(lock -> isWanted.set(links.node(lock)));
        // Those that others wait for come first, as not all are named.
        graph.holds().stream()
                .sorted((one, other) ->
                        Boolean.compare(isWanted.get(links.node(other.lock())), isWanted.get(links.node(one.lock()))))
                .forEach(hold -> holdsOf.computeIfAbsent(hold.owner(), unknown -> new ArrayList<>(1))
                        .add(hold));
        links.waitsInOrder()
                .forEach(wait -> waitsOf.computeIfAbsent(wait.owner(), unknown -> new ArrayList<>(1))
                        .add(wait));
        write();
    }

    private void write() {
        if (graph.isEmpty()) {
            line(0, "No owner waits.");
        }
        graph.cycles().forEach(this::deadlock);
        for (Root root : graph.roots()) {
            tree(List.of(new Item(root.owner().id(), 0)));
        }
        int left = graph.owners().size() - told.cardinality();
        if (left > 0) {
            out.append(left == 1 ? "1 more owner is" : left + " more owners are")
                    .append(" not shown.\n");
        }
        if (!graph.isComplete()) {
            out.append("There is more than one graph can have, so this is not all.\n");
        }
    }

    private void deadlock(List<Node> deadlock) {
        int behind = links.blocks(deadlock.get(0).id()) - (deadlock.size() - 1);
        line(0, "Deadlock of " + deadlock.size() + " owners" + (behind > 0 ? ", blocks " + others(behind) : "") + ":");
        deadlock.forEach(owner -> told.set(owner.id()));
        for (Node owner : deadlock) {
            if (lines < MOST_LINES) {
                line(1, sentence(owner));
            } else {
                told.clear(owner.id());
            }
        }
        List<Item> behindIt = new ArrayList<>();
        for (Node owner : deadlock) {
            links.blockedBy(owner.id()).forEach(other -> behindIt.add(new Item(other, 2)));
        }
        tree(behindIt);
    }

    private void tree(List<Item> from) {
        Deque<Item> items = new ArrayDeque<>(from);
        while (!items.isEmpty() && lines < MOST_LINES) {
            Item item = items.removeFirst();
            if (told.get(item.owner())) {
                continue;
            }
            told.set(item.owner());
            int blocked = links.blocks(item.owner());
            line(
                    item.level(),
                    sentence(graph.owners().get(item.owner())) + (blocked > 0 ? "; blocks " + others(blocked) : ""));
            List<Integer> next = links.blockedBy(item.owner())
                    .filter(other -> !told.get(other))
                    .boxed()
                    .toList();
            if (item.level() < MOST_LEVELS) {
                for (int i = next.size() - 1; i >= 0; i--) {
                    items.addFirst(new Item(next.get(i), item.level() + 1));
                }
            } else if (!next.isEmpty()) {
                line(item.level() + 1, "…");
            }
        }
    }

    private static String others(int count) {
        return count == 1 ? "1 other" : count + " others";
    }

    private void line(int level, String text) {
        out.append("  ".repeat(level)).append(text).append('\n');
        lines++;
    }

    /** Who it is, what it holds and what it waits for. */
    private String sentence(Node owner) {
        List<Hold> holds = holdsOf.getOrDefault(owner.id(), List.of());
        List<Wait> waits = waitsOf.getOrDefault(owner.id(), List.of());
        StringBuilder text = new StringBuilder(WaitWords.printable(owner.describe()));
        if (!holds.isEmpty()) {
            text.append(" holds ")
                    .append(some(
                            holds.stream()
                                    .limit(MOST_LOCKS)
                                    .map(hold -> lock(hold.lock(), hold.label()) + " " + words.of(hold))
                                    .toList(),
                            holds.size()));
        }
        if (!waits.isEmpty()) {
            text.append(holds.isEmpty() ? " waits for " : " and waits for ")
                    .append(some(
                            waits.stream()
                                    .limit(MOST_LOCKS)
                                    .map(wait -> lock(wait.lock(), wait.label()) + " " + words.of(wait))
                                    .toList(),
                            waits.size()));
        }
        return text.toString();
    }

    private static String some(List<String> named, int all) {
        String text = named.stream().collect(Collectors.joining(", "));
        return all > named.size() ? text + " and " + (all - named.size()) + " more" : text;
    }

    private static String lock(String name, String label) {
        return "'" + WaitWords.printable(name) + "'" + (label.isEmpty() ? "" : " [" + WaitWords.printable(label) + "]");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
