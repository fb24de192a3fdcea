package dev.mortise.internal.diagnosis;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Replicas, and what a master does that is cut off from them. */
final class ReplicationJudge {
    /** The master looks so often at how far its replicas are behind. */
    private static final Duration LAG_CHECKED_EVERY = Duration.ofSeconds(1);

    /** More than this is worth a warning, s: a replica says every second how far it is. */
    private static final long MUCH_LAG = 3;

    private static final String USUAL_LAG = "10";

    private ReplicationJudge() {}

    /** @param replication section {@code replication} of INFO */
    static void replicas(InfoText replication, Setup setup, ServerReport report) {
        String role = replication.text("role").orElse("master");
        if (!role.equals("master")) {
            report.error(
                    "replicas.role",
                    "This server is a " + (role.equals("slave") ? "replica" : role) + " and takes no writes",
                    "Connect to its master, by Sentinel or as a Cluster where one of these decides which that is");
            return;
        }
        List<Map<String, String>> replicas = replication.replicas().toList();
        if (replicas.isEmpty()) {
            if (setup.failsOver()) {
                report.warning(
                        "replicas.none",
                        "The master has no replica that could take its place",
                        "Start a replica, or look why it is not connected");
            }
            return;
        }
        long online = replicas.stream()
                .filter(replica -> replica.getOrDefault("state", "online").equals("online"))
                .count();
        if (online < replicas.size()) {
            report.warning(
                    "replicas.syncing",
                    (replicas.size() - online) + " of " + replicas.size() + " replicas are not up to date yet",
                    "Wait until they are; if that lasts, look at the log of the replica");
        }
        long lag = replicas.stream()
                .mapToLong(replica -> number(replica.getOrDefault("lag", "0")))
                .max()
                .orElse(0);
        if (lag > MUCH_LAG) {
            report.warning(
                    "replicas.lag",
                    "A replica was heard " + lag
                            + " s ago for the last time: a fail-over to it forgets what was granted since",
                    "Look at the network between them and at the load of the replica");
        } else {
            report.info(
                    "replicas.lag",
                    online + " of " + replicas.size() + " replicas are up to date, " + lag + " s behind at most");
        }
    }

    /**
     * Whether the settings that decide for how long a cut-off master goes on matter here: CONFIG GET is not asked in vain.
     */
    static boolean asksSettings(InfoText replication, Setup setup) {
        return setup.failsOver()
                && count(replication) > 0
                && replication.text("min_slaves_good_slaves").isPresent();
    }

    /**
     * A former master that is cut off goes on granting for as long as its settings let it write.
     *
     * @param least min-replicas-to-write; "" = not known
     * @param lag min-replicas-max-lag; "" = not known
     */
    static void isolated(InfoText replication, String least, String lag, Setup setup, ServerReport report) {
        long replicas = count(replication);
        if (!setup.failsOver() || replicas == 0) {
            return;
        }
        if (replication.text("min_slaves_good_slaves").isEmpty()) {
            tooFew(0, replicas, USUAL_LAG, setup, report);
        } else if (!least.isEmpty() && !lag.isEmpty()) {
            judged(replicas, least, lag, setup, report);
        }
    }

    private static void judged(long replicas, String least, String lag, Setup setup, ServerReport report) {
        if (number(least) < replicas) {
            tooFew(number(least), replicas, lag, setup, report);
            return;
        }
        Duration covering = covering(lag, setup);
        if (setup.quietPeriod().compareTo(covering) < 0) {
            report.warning(
                    "replicas.quiet-period",
                    "A master that is cut off may go on granting locks for min-replicas-max-lag (" + lag
                            + " s) and a second after another one has taken its place, and the quietPeriod ("
                            + setup.quietPeriod() + ") does not cover that",
                    "Set quietPeriod to " + covering + ", or more if there are leases longer than " + setup.lease());
        }
    }

    private static void tooFew(long least, long replicas, String lag, Setup setup, ServerReport report) {
        report.warning(
                "replicas.min-to-write",
                "The Redis master needs " + least + " of its " + replicas
                        + " replicas to go on writing (min-replicas-to-write). Cut off, it may go on granting locks after"
                        + " another one has taken its place",
                "Set min-replicas-to-write to " + replicas
                        + " on all servers, and quietPeriod to "
                        + covering(lag, setup)
                        + " (lease, min-replicas-max-lag and a second), or more if there are leases longer than "
                        + setup.lease());
    }

    private static Duration covering(String lag, Setup setup) {
        return setup.lease().plusSeconds(number(lag)).plus(LAG_CHECKED_EVERY);
    }

    private static long count(InfoText replication) {
        return replication.number("connected_slaves").orElse(0);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notOne) {
            return 0;
        }
    }
}
