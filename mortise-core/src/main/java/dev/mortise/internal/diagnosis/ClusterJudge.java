package dev.mortise.internal.diagnosis;

import dev.mortise.admin.Diagnosis.Finding;
import java.util.ArrayList;
import java.util.List;

/** Whether a Cluster has all of its slots and nodes, as one node sees it. */
final class ClusterJudge {
    private static final int SLOTS = 16_384;
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int LINK = 7;
    private static final int FIRST_SLOT = 8;

    private ClusterJudge() {}

    /** @param nodes what CLUSTER NODES says */
    static List<Finding> judge(String nodes) {
        ServerReport report = new ServerReport("");
        int covered = 0;
        int masters = 0;
        List<String> failed = new ArrayList<>();
        List<String> bare = new ArrayList<>();
        List<String> replicated = new ArrayList<>();
        List<String[]> lines = nodes.lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length >= FIRST_SLOT)
                .toList();
        for (String[] words : lines) {
            List<String> flags = List.of(words[FLAGS].split(","));
            boolean isDown = flags.contains("fail") || flags.contains("fail?") || flags.contains("noaddr");
            if (isDown) {
                failed.add(address(words));
            }
            if (flags.contains("slave") && !isDown && words[LINK].equals("connected")) {
                replicated.add(words[3]);
            }
            if (flags.contains("master") && !flags.contains("fail")) {
                covered += slots(words);
            }
        }
        for (String[] words : lines) {
            if (List.of(words[FLAGS].split(",")).contains("master") && slots(words) > 0) {
                masters++;
                if (!replicated.contains(words[0])) {
                    bare.add(address(words));
                }
            }
        }
        if (covered < SLOTS) {
            report.error(
                    "cluster.slots",
                    (SLOTS - covered) + " of " + SLOTS
                            + " slots have no master: locks there cannot be acquired, and by default none" + " at all",
                    "Bring the missing masters back, or give their slots to others");
        }
        if (!failed.isEmpty()) {
            report.warning(
                    "cluster.nodes",
                    "Nodes are down: " + String.join(", ", failed),
                    "Bring them back, or let the Cluster forget them");
        }
        if (!bare.isEmpty()) {
            report.warning(
                    "cluster.replicas",
                    "Masters have no replica that could take their place: " + String.join(", ", bare),
                    "Give each master a replica");
        }
        report.info(
                "cluster.nodes", "The Cluster has " + masters + " masters with slots and " + lines.size() + " nodes");
        return report.findings();
    }

    private static String address(String[] words) {
        int at = words[ADDRESS].indexOf('@');
        return at < 0 ? words[ADDRESS] : words[ADDRESS].substring(0, at);
    }

    private static int slots(String[] words) {
        int count = 0;
        for (int i = FIRST_SLOT; i < words.length; i++) {
            if (words[i].startsWith("[")) {
                // One that moves is listed by where it is, too.
                continue;
            }
            int dash = words[i].indexOf('-');
            count += dash < 0
                    ? 1
                    : Integer.parseInt(words[i].substring(dash + 1))
                            - Integer.parseInt(words[i].substring(0, dash))
                            + 1;
        }
        return count;
    }
}
