package dev.mortise;

import java.time.Duration;
import java.util.List;

/**
 * How the nodes of a quorum were when they were asked last.
 *
 * @param nodes in the order in which they were named
 */
public record QuorumStatus(List<Node> nodes) {
    /** Copies the list. */
    public QuorumStatus {
        nodes = List.copyOf(nodes);
    }

    /** How many nodes must agree. */
    public int majority() {
        return nodes.size() / 2 + 1;
    }

    /** How many nodes can be reached. */
    public int reachable() {
        return (int) nodes.stream().filter(Node::reachable).count();
    }

    /** Whether enough nodes can be reached to acquire locks. */
    public boolean hasMajority() {
        return reachable() >= majority();
    }

    /**
     * One master.
     *
     * @param server its address, without user and password
     * @param reachable whether its last answer came in time
     * @param latency how long the last answer took; zero before the first
     * @param lastError what went wrong last, also if it is reachable again; empty if nothing did
     */
    public record Node(String server, boolean reachable, Duration latency, String lastError) {}
}
