package dev.mortise.admin;

import dev.mortise.LockKind;
import dev.mortise.admin.WaitGraph.Hold;
import dev.mortise.admin.WaitGraph.Lock;
import dev.mortise.admin.WaitGraph.Node;
import dev.mortise.admin.WaitGraph.Wait;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A graph in the language of Graphviz. Used once. */
final class WaitGraphDot {
    private static final String STUCK = ", color=red, penwidth=2";

    private final WaitGraph graph;
    private final WaitLinks links;
    private final WaitWords words;
    private final StringBuilder out = new StringBuilder();

    /** The number of its deadlock, of each owner that is in one. */
    private final Map<Integer, Integer> deadlockOf = new HashMap<>();

    /** Deadlocks, each with a lock that is held in it. */
    private final Set<Map.Entry<Integer, String>> heldIn = new HashSet<>();

    /** The same of locks that are waited for. */
    private final Set<Map.Entry<Integer, String>> wantedIn = new HashSet<>();

    /** Those that are held and waited for in the same one. */
    private final Set<String> stuckLocks = new HashSet<>();

    WaitGraphDot(WaitGraph graph) {
        this.graph = graph;
        this.links = WaitLinks.of(graph);
        this.words = new WaitWords(graph);
        List<List<Node>> deadlocks = graph.cycles();
        for (int i = 0; i < deadlocks.size(); i++) {
            for (Node owner : deadlocks.get(i)) {
                deadlockOf.put(owner.id(), i);
            }
        }
        graph.holds().forEach(hold -> note(hold.owner(), hold.lock(), heldIn));
        graph.waits().forEach(wait -> note(wait.owner(), wait.lock(), wantedIn));
        Set<Map.Entry<Integer, String>> both = new HashSet<>(heldIn);
        both.retainAll(wantedIn);
        both.forEach(lock -> stuckLocks.add(lock.getValue()));
        write();
    }

    private void note(int owner, String lock, Set<Map.Entry<Integer, String>> where) {
        Integer deadlock = deadlockOf.get(owner);
        if (deadlock != null) {
            where.add(Map.entry(deadlock, lock));
        }
    }

    private void write() {
        out.append("digraph waits {\n  rankdir=LR;\n");
        for (Node owner : graph.owners()) {
            line(
                    owner(owner.id()),
                    quoted(
                            owner.owner().isEmpty() ? "(no name)" : owner.owner(),
                            owner.client().describe()),
                    "shape=box" + (deadlockOf.containsKey(owner.id()) ? STUCK : ""));
        }
        for (Lock lock : graph.locks()) {
            String kind = lock.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
                    + (lock.kind() == LockKind.SEMAPHORE ? " of " + lock.permits() : "");
            boolean isStuck = stuckLocks.contains(lock.name());
            line(lock(lock.name()), quoted(lock.name(), kind), "shape=ellipse" + (isStuck ? STUCK : ""));
        }
        for (Wait wait : graph.waits()) {
            line(
                    owner(wait.owner()) + " -> " + lock(wait.lock()),
                    quoted("waits " + words.of(wait), wait.label()),
                    "style=dashed" + stuck(wait.owner(), wait.lock()));
        }
        for (Hold hold : graph.holds()) {
            line(
                    lock(hold.lock()) + " -> " + owner(hold.owner()),
                    quoted("held " + words.of(hold), hold.label()),
                    "style=solid" + stuck(hold.owner(), hold.lock()));
        }
        for (Node owner : graph.owners()) {
            for (int ahead : links.next(owner.id())) {
                if (links.isOwner(ahead)) {
                    boolean isStuck = deadlockOf.containsKey(owner.id())
                            && deadlockOf.get(owner.id()).equals(deadlockOf.get(ahead));
                    line(
                            owner(owner.id()) + " -> " + owner(ahead),
                            quoted("behind in the queue", ""),
                            "style=dotted" + (isStuck ? STUCK : ""));
                }
            }
        }
        if (!graph.isComplete()) {
            line("more", quoted("and more that are not shown", ""), "shape=plaintext");
        }
        out.append("}\n");
    }

    private String stuck(int owner, String lock) {
        Integer deadlock = deadlockOf.get(owner);
        return deadlock != null && isIn(deadlock, lock) ? STUCK : "";
    }

    private boolean isIn(int deadlock, String lock) {
        Map.Entry<Integer, String> both = Map.entry(deadlock, lock);
        return heldIn.contains(both) && wantedIn.contains(both);
    }

    private void line(String what, String label, String attributes) {
        out.append("  ")
                .append(what)
                .append(" [label=")
                .append(label)
                .append(", ")
                .append(attributes)
                .append("];\n");
    }

    private static String owner(int id) {
        return "o" + id;
    }

    private String lock(String name) {
        return "l" + (links.node(name) - graph.owners().size());
    }

    /** As a label of one or two lines. A backslash begins an escape there, so it is doubled; control characters are shown as '?'. */
    private static String quoted(String first, String second) {
        return '"' + escaped(first) + (second.isEmpty() ? "" : "\\n" + escaped(second)) + '"';
    }

    private static String escaped(String text) {
        return WaitWords.printable(text).replace("\\", "\\\\").replace("\"", "\\\"");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
