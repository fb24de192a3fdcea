package dev.mortise.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One line of CLUSTER NODES: what one node believes of another, or of itself.
 *
 * @param port where clients are sent
 * @param flags such as {@code master}, {@code slave}, {@code myself}, {@code fail?}
 * @param master the id of the replica's master; a dash for none
 * @param slots single slots and ranges; of the node itself also those that are on the move, in brackets
 */
record NodeLine(String id, int port, Set<String> flags, String master, long epoch, boolean linked, List<String> slots) {
    static List<NodeLine> parse(String nodes) {
        return nodes.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(NodeLine::of)
                .toList();
    }

    /** Whether it is known and nobody suspects it. */
    boolean isWell() {
        return linked && Stream.of("fail", "fail?", "handshake", "noaddr").noneMatch(flags::contains);
    }

    boolean isMyself() {
        return flags.contains("myself");
    }

    boolean isMaster() {
        return flags.contains("master");
    }

    boolean isReplicaOf(String id) {
        return flags.contains("slave") && master.equals(id);
    }

    /** Whether it has slots, and so a vote. */
    boolean hasSlots() {
        return isMaster() && slots.stream().anyMatch(slot -> !slot.startsWith("["));
    }

    boolean owns(int slot) {
        return isMaster()
                && slots.stream().filter(range -> !range.startsWith("[")).anyMatch(range -> {
                    int dash = range.indexOf('-');
                    int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                    int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                    return first <= slot && slot <= last;
                });
    }

    /** The slots that are on the move to or from here. */
    List<String> moving() {
        return slots.stream()
                .filter(slot -> slot.startsWith("["))
                .map(slot -> slot.substring(1, slot.indexOf('-')))
                .toList();
    }

    /** What all nodes have to believe alike. */
    String claim() {
        return id
                + (isMaster()
                        ? " has "
                                + slots.stream().filter(s -> !s.startsWith("[")).toList()
                        : " of " + master);
    }

    /** Of an address such as {@code 127.0.0.1:7000@17000,name}. */
    private static int port(String address) {
        String before = address.substring(0, address.indexOf('@'));
        return Integer.parseInt(before.substring(before.lastIndexOf(':') + 1));
    }

    private static NodeLine of(String line) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        return new NodeLine(
                fields.get(0),
                port(fields.get(1)),
                Set.of(fields.get(2).split(",", -1)),
                fields.get(3),
                Long.parseLong(fields.get(6)),
                fields.get(7).equals("connected"),
                fields.subList(8, fields.size()));
    }
}
