package dev.mortise.cli.demo.deadlock;

import dev.mortise.cli.demo.deadlock.TransferReport.Kind;
import dev.mortise.cli.demo.scene.Checks;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What must be so when all processes have ended. */
final class RingChecks {
    /** After a second a wait is looked at, and a deadlock is found within two more. */
    private static final Duration FOUND = Duration.ofSeconds(3);

    /** For the server to hear that the clients are gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Ring ring;
    private final Checks checks;

    RingChecks(Ring ring, Checks checks) {
        this.ring = ring;
        this.checks = checks;
    }

    void check(RedisProcess server) {
        List<TransferProcess> victims = ring.victims();
        checks.equal("The wait of exactly one process is ended", 1, victims.size());
        checks.add(
                "It is the one that began to wait last",
                ring.last().name(),
                victims.stream().map(TransferProcess::name).collect(Collectors.joining(", ")),
                victims.equals(List.of(ring.last())));
        long millis = ring.millisToFind();
        checks.add(
                "It ends that soon after the last wait began",
                "0 to " + FOUND.toMillis() + " ms",
                millis + " ms",
                millis >= 0 && millis <= FOUND.toMillis());
        String message = victims.get(0).report(Kind.VICTIM).text();
        String all = pids(process -> true);
        String named = pids(process -> message.contains("/" + process.pid() + " (" + process.name() + ")"));
        checks.add("The message has the pids of all three processes", all, named, named.equals(all));
        checks.equal("The two others then have both their locks", 2, count(process -> process.hasTold(Kind.HAS_BOTH)));
        checks.equal("All three processes end by themselves", 3, count(TransferProcess::hasEndedWell));
        Polling.until(PATIENCE, () -> OnRecord.left(server) == 0);
        checks.equal("Locks and clients that are left in Redis", 0, OnRecord.left(server));
    }

    private long count(Predicate<TransferProcess> which) {
        return ring.all().stream().filter(which).count();
    }

    private String pids(Predicate<TransferProcess> which) {
        return ring.all().stream()
                .filter(which)
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.joining(", "));
    }
}
