package dev.mortise.testkit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What each node that answers believes of its cluster at this moment. */
final class ClusterView {
    private final Map<RedisProcess, List<NodeLine>> beliefs = new LinkedHashMap<>(); // no change after construction

    private ClusterView() {}

    static ClusterView of(List<RedisProcess> nodes) {
        ClusterView view = new ClusterView();
        for (RedisProcess node : nodes) {
            List<NodeLine> lines = NodeLine.parse(Probe.text(node, "CLUSTER", "NODES"));
            if (!lines.isEmpty()) {
                view.beliefs.put(node, lines);
            }
        }
        return view;
    }

    /** How many nodes have answered. */
    int size() {
        return beliefs.size();
    }

    /** What the node believes of itself; empty when it has not answered. */
    Optional<NodeLine> self(RedisProcess node) {
        return beliefs.getOrDefault(node, List.of()).stream()
                .filter(NodeLine::isMyself)
                .findAny();
    }

    /** Of the nodes that claim to own the slot, the one with the newest claim. */
    Optional<RedisProcess> owner(int slot) {
        RedisProcess owner = null;
        long newest = -1;
        for (RedisProcess node : beliefs.keySet()) {
            Optional<NodeLine> self = self(node);
            if (self.isPresent() && self.get().owns(slot) && self.get().epoch() > newest) {
                owner = node;
                newest = self.get().epoch();
            }
        }
        return Optional.ofNullable(owner);
    }

    /** The nodes that say so of themselves. */
    List<RedisProcess> those(Predicate<NodeLine> predicate) {
        return beliefs.keySet().stream()
                .filter(node -> self(node).filter(predicate).isPresent())
                .toList();
    }

    /** The slots that any node says of itself to be on the move. */
    Set<String> moving() {
        return beliefs.keySet().stream()
                .flatMap(node -> self(node).stream())
                .flatMap(self -> self.moving().stream())
                .collect(Collectors.toSet());
    }

    /** Whether each of the nodes believes this of one of the lines it has. */
    boolean everybodyHas(Predicate<NodeLine> predicate) {
        return beliefs.values().stream().allMatch(lines -> lines.stream().anyMatch(predicate));
    }

    /** Whether the nodes believe the same, know that many and suspect none. */
    boolean isOfOneMind(int nodes) {
        return beliefs.values().stream()
                                .map(lines -> lines.stream()
                                        .map(NodeLine::claim)
                                        .sorted()
                                        .toList())
                                .distinct()
                                .count()
                        == 1
                && beliefs.values().stream()
                        .allMatch(
                                lines -> lines.size() == nodes && lines.stream().allMatch(NodeLine::isWell));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        beliefs.forEach((node, lines) -> {
            text.append('\n').append(node.port()).append(" believes");
            lines.forEach(line -> text.append("\n  ").append(line));
        });
        return text.toString();
    }
}
