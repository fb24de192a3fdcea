package dev.mortise.cli.watch;

import dev.mortise.LockInfo;
import dev.mortise.admin.WaitGraph;
import dev.mortise.admin.WaitGraph.Hold;
import dev.mortise.admin.WaitGraph.Node;
import dev.mortise.admin.WaitGraph.Wait;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What holders themselves wait for, link by link. */
final class HolderWaits {
    /** So many links are told. */
    private static final int MOST_LINKS = 6;

    private final WaitGraph graph;

    /** The first lock that each owner waits for. */
    private final Map<Integer, Wait> waits;

    /** Owner and lock of each hold. */
    private final Set<Map.Entry<Integer, String>> holds;

    /** Who has the hold of that lock with that token. */
    private final Map<Map.Entry<String, Long>, Integer> owners;

    HolderWaits(WaitGraph graph) {
        this.graph = graph;
        this.waits = graph.waits().stream()
                .collect(Collectors.toMap(Wait::owner, Function.identity(), (first, other) -> first));
        this.holds = graph.holds().stream()
                .map(hold -> Map.entry(hold.owner(), hold.lock()))
                .collect(Collectors.toSet());
        this.owners = graph.holds().stream()
                .collect(Collectors.toMap(
                        hold -> Map.entry(hold.lock(), hold.fencingToken()), Hold::owner, (first, other) -> first));
    }

    /** A line for each link; none when this holder waits for nothing. */
    List<String> of(String lock, LockInfo.Holder holder) {
        List<String> lines = new ArrayList<>();
        Set<Integer> met = new HashSet<>();
        Optional<Node> next = Optional.ofNullable(owners.get(Map.entry(lock, holder.fencingToken())))
                .map(graph.owners()::get);
        while (next.isPresent() && lines.size() < MOST_LINKS) {
            Node owner = next.get();
            Optional<Wait> wait = waitOf(owner);
            if (wait.isEmpty()) {
                break;
            }
            if (!met.add(owner.id())) {
                lines.add("and so on: a deadlock");
                break;
            }
            next = graph.blockersOf(owner).stream().findFirst();
            lines.add((met.size() == 1 ? "waits for " : "which waits for ") + words(wait.get(), next));
        }
        return lines;
    }

    private Optional<Wait> waitOf(Node owner) {
        return Optional.ofNullable(waits.get(owner.id()));
    }

    private String words(Wait wait, Optional<Node> blocker) {
        String place = wait.isLocal() ? "inside its client" : "place " + wait.place();
        String ahead = blocker.map(
                        owner -> (holds.contains(Map.entry(owner.id(), wait.lock())) ? ", held by " : ", behind ")
                                + Printable.of(owner.describe()))
                .orElse("");
        return "'" + Printable.of(wait.lock()) + "' for " + ShortDuration.between(wait.since(), graph.at()) + " ("
                + place + ")" + ahead;
    }
}
