package dev.mortise.cli.demo;

import dev.mortise.cli.demo.WorkerReport.Kind;
import java.time.Duration;

/** A worker stands still in the middle of an update until its lease is over, and then goes on as if nothing was. */
final class FrozenPart {
    private static final Duration QUEUE_UP = Duration.ofMillis(200);
    private static final int WRITES_MEANWHILE = 5;

    private FrozenPart() {}

    static void play(DemoContext scene) {
        scene.stage().part("4. A worker is frozen past its lease while it holds the lock, and then goes on");
        WorkerProcess victim = scene.crew().get(1);
        scene.crew().order(WorkerCommand.LOCKED);
        victim.order(WorkerCommand.HOLD);
        scene.crew()
                .await(
                        victim.name() + " to hold the lock",
                        () -> victim.last(Kind.THINKING).isPresent());
        WorkerReport thinking = victim.last(Kind.THINKING).orElseThrow();
        long token = thinking.number(0);
        scene.crew().work(QUEUE_UP);
        victim.freeze();
        TakeOver takeOver = TakeOver.from(scene, token);
        scene.stage()
                .note(victim.name() + " got kill -STOP while holding, token " + token + ", having read "
                        + thinking.number(1) + "; its lease ends in " + takeOver.leftMillis() + " ms");
        takeOver.await(scene, "4. after kill -STOP of the holder, the next one comes at the end of its lease");
        long writes = scene.ledger().writes();
        scene.crew().await("others to write meanwhile", () -> scene.ledger().writes() >= writes + WRITES_MEANWHILE);
        lateWrite(scene, victim, token);
        scene.stop();
    }

    private static void lateWrite(DemoContext scene, WorkerProcess victim, long token) {
        long balance = scene.account().balance();
        long updates = victim.updates();
        victim.order(WorkerCommand.FINISH);
        victim.thaw();
        scene.crew()
                .await(
                        "the late write",
                        () -> victim.updates() > updates
                                || victim.last(Kind.LOST).isPresent());
        boolean refused = victim.updates() == updates
                && victim.last(Kind.REFUSED)
                        .filter(report -> report.number(0) == token)
                        .isPresent();
        String wanted = victim.last(Kind.REFUSED)
                .map(report -> Long.toString(report.number(1)))
                .orElse("?");
        scene.stage()
                .note(victim.name() + " goes on and writes " + wanted + " over " + balance + " with token " + token
                        + ": " + (refused ? "REFUSED by the fence" : "ACCEPTED"));
        scene.checks()
                .add("4. its late write is refused by the fence", "refused", refused ? "refused" : "accepted", refused);
        String cause = victim.last(Kind.LOST).map(WorkerReport::text).orElse("nothing");
        scene.checks()
                .add("4. it is told that its lease is lost", "EXPIRED or GONE", cause, cause.matches("EXPIRED|GONE"));
    }
}
