package dev.mortise.testkit;

import java.util.List;

/** Makes one cluster of nodes that know nothing of each other: the first become masters, the others their replicas. */
final class ClusterFormation {
    private ClusterFormation() {}

    /** Blocks until all know each other and each replica has its master; not until everything is up. */
    static void form(List<RedisProcess> nodes, int masters) {
        // The epoch can only be set as long as a node knows no other. Equal ones would have to be sorted out first.
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 0; i < masters; i++) {
            String first = Integer.toString(i * Slots.COUNT / masters);
            String last = Integer.toString((i + 1) * Slots.COUNT / masters - 1);
            nodes.get(i).command("CLUSTER", "ADDSLOTSRANGE", first, last);
        }
        RedisProcess introducer = nodes.get(0);
        for (RedisProcess other : nodes.subList(1, nodes.size())) {
            introducer.command("CLUSTER", "MEET", RedisProcess.HOST, Integer.toString(other.peerPort()));
        }
        Probe.await(
                "that the nodes know each other",
                () -> knowEachOther(nodes),
                () -> ClusterView.of(nodes).toString());
        for (int i = masters; i < nodes.size(); i++) {
            RedisProcess replica = nodes.get(i);
            String master = String.valueOf(nodes.get(i % masters).command("CLUSTER", "MYID"));
            Probe.await(
                    "a replica", () -> "OK".equals(Probe.text(replica, "CLUSTER", "REPLICATE", master)), replica::log);
        }
    }

    private static boolean knowEachOther(List<RedisProcess> nodes) {
        ClusterView view = ClusterView.of(nodes);
        return view.size() == nodes.size() && view.isOfOneMind(nodes.size());
    }
}
