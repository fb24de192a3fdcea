package dev.mortise.cli.demo.deadlock;

import dev.mortise.Mortise;
import dev.mortise.cli.demo.deadlock.TransferReport.Kind;
import dev.mortise.cli.demo.scene.Checks;
import dev.mortise.cli.demo.scene.Interruption;
import dev.mortise.cli.demo.scene.SceneFiles;
import dev.mortise.cli.exit.Secrets;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;

/** All of it, from the first process to the last. */
final class DeadlockScene {
    private final PrintWriter out;
    private final Checks checks;
    private final Interruption interruption;

    DeadlockScene(PrintWriter out, Checks checks, Interruption interruption) {
        this.out = out;
        this.checks = checks;
        this.interruption = interruption;
    }

    /** Whatever goes wrong becomes a failed check. */
    void run() {
        try (SceneFiles files = new SceneFiles();
                RedisProcess server = RedisProcess.start()) {
            out.println("Starting three processes, each of which moves money from one account to the next");
            try (Ring ring = Ring.start(server.uri(), files)) {
                play(server, ring);
                new RingChecks(ring, checks).check(server);
            } catch (RuntimeException e) {
                interruption.explains();
                checks.add("The demo runs to its end", "yes", Secrets.hide(String.valueOf(e.getMessage())), false);
                files.showLogs(out, Ring.names());
            }
        }
    }

    private void play(RedisProcess server, Ring ring) {
        try (Mortise mortise =
                RedisMortise.builder().uri(server.uri()).clientName("demo").build()) {
            holdOne(ring);
            wantTheNext(ring, mortise);
            TransferProcess victim = endOfOneWait(ring);
            othersGoOn(ring, victim);
        }
    }

    private void holdOne(Ring ring) {
        ring.await("each process to hold a lock", () -> ring.all().stream().allMatch(one -> one.hasTold(Kind.HOLDS)));
        out.println("1. Each holds the lock of the account from which it takes");
        for (TransferProcess process : ring.all()) {
            note("%s (pid %d) holds %s".formatted(process.name(), process.pid(), process.from()));
        }
    }

    /** One after the other, so that it is certain which wait begins last. */
    private void wantTheNext(Ring ring, Mortise mortise) {
        out.println("2. Each wants the lock of the account to which it gives");
        for (TransferProcess process : ring.all()) {
            process.goOn();
            ring.await(process.name() + " to wait", () -> OnRecord.isWaitedFor(mortise, process.to()));
            note("%s waits for %s, which %s holds"
                    .formatted(
                            process.name(),
                            process.to(),
                            ring.holderOf(process.to()).name()));
        }
        out.println("   That is a circle: none of them can go on, ever. Redis has on record:");
        OnRecord.table(mortise, Ring.locks()).forEach(this::note);
    }

    private TransferProcess endOfOneWait(Ring ring) {
        ring.await(
                "a wait that is ended because of the deadlock",
                () -> !ring.victims().isEmpty());
        TransferProcess victim = ring.victims().get(0);
        out.println("3. Mortise finds the circle %d ms after the last wait began. The acquire of %s throws"
                .formatted(ring.millisToFind(), victim.name()));
        Wrapped.lines("DeadlockException: " + victim.report(Kind.VICTIM).text()).forEach(this::note);
        return victim;
    }

    private void othersGoOn(Ring ring, TransferProcess victim) {
        out.println("4. %s still holds %s. It gives up and releases that, so the others go on"
                .formatted(victim.name(), victim.from()));
        // To all, so that a second victim, which would be wrong, ends as well and is counted.
        ring.all().forEach(TransferProcess::goOn);
        ring.await("all processes to end", () -> ring.all().stream().allMatch(TransferProcess::hasEndedWell));
        note("%s released %s and ended. A real program would try again".formatted(victim.name(), victim.from()));
        List<TransferProcess> others = ring.all().stream()
                .filter(process -> process.hasTold(Kind.HAS_BOTH))
                .sorted(Comparator.comparingLong(
                        process -> process.report(Kind.HAS_BOTH).micros()))
                .toList();
        for (TransferProcess process : others) {
            note("%s got %s too, moved the money, released both locks and ended"
                    .formatted(process.name(), process.to()));
        }
    }

    private void note(String text) {
        out.println("     " + text);
    }
}
