package dev.mortise.internal.diagnosis;

import dev.mortise.internal.diagnosis.ServerProbe.SentinelView;
import java.util.List;
import java.util.Map;

/** Whether there are enough sentinels, and they can agree. */
final class SentinelJudge {
    private static final int FEW = 3;

    private SentinelJudge() {}

    static void judge(List<SentinelView> views, ServerReport report) {
        for (SentinelView view : views) {
            if (!view.error().isEmpty()) {
                report.warning(
                        "sentinel.unreachable",
                        "The sentinel at " + view.sentinel() + " did not say what it sees: " + view.error(),
                        "Look whether it runs; without a majority of them no other master is made");
            }
        }
        views.stream()
                .map(SentinelView::fields)
                .filter(fields -> !fields.isEmpty())
                .findFirst()
                .ifPresent(fields -> seen(fields, report));
    }

    private static void seen(Map<String, String> fields, ServerReport report) {
        int others = number(fields, "num-other-sentinels");
        int quorum = number(fields, "quorum");
        int count = others + 1;
        String flags = fields.getOrDefault("flags", "");
        if (flags.contains("down")) {
            report.error(
                    "sentinel.down",
                    "The sentinels see the master as down (" + flags + ")",
                    "Look at the master, and wait for another one");
        }
        if (count < FEW) {
            report.warning(
                    "sentinel.count",
                    "There are " + count + " sentinels: when one is gone, no majority can make another master",
                    "Run three sentinels or more, on hosts of their own");
        } else {
            report.info(
                    "sentinel.count",
                    "There are " + count + " sentinels, " + quorum + " of which must see a master down");
        }
        if (quorum > count) {
            report.error(
                    "sentinel.quorum",
                    "The quorum of " + quorum + " is more than the " + count
                            + " sentinels there are: no other master is ever made",
                    "Set the quorum to " + (count / 2 + 1));
        } else if (quorum < 2 && count >= FEW) {
            report.warning(
                    "sentinel.quorum",
                    "One sentinel alone decides that the master is down (quorum 1), also when only it is cut off",
                    "Set the quorum to " + (count / 2 + 1));
        }
    }

    private static int number(Map<String, String> fields, String name) {
        try {
            return Integer.parseInt(fields.getOrDefault(name, "0"));
        } catch (NumberFormatException notOne) {
            return 0;
        }
    }
}
