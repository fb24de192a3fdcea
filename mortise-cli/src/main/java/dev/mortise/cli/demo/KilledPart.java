package dev.mortise.cli.demo;

import dev.mortise.cli.demo.WorkerReport.Kind;
import java.time.Duration;

/** A worker dies in the middle of an update. */
final class KilledPart {
    private static final Duration QUEUE_UP = Duration.ofMillis(200);
    private static final Duration AFTERWARDS = Duration.ofMillis(500);

    private KilledPart() {}

    static void play(DemoContext scene) {
        scene.stage().part("3. A worker is killed while it holds the lock");
        WorkerProcess victim = scene.crew().get(0);
        scene.crew().order(WorkerCommand.LOCKED);
        victim.order(WorkerCommand.HOLD);
        scene.crew()
                .await(
                        victim.name() + " to hold the lock",
                        () -> victim.last(Kind.THINKING).isPresent());
        scene.crew().work(QUEUE_UP);
        long token = victim.last(Kind.THINKING).orElseThrow().number(0);
        victim.kill();
        TakeOver takeOver = TakeOver.from(scene, token);
        scene.stage()
                .note(victim.name() + " got kill -9 while holding, token " + token + "; its lease ends in "
                        + takeOver.leftMillis() + " ms");
        takeOver.await(scene, "3. after kill -9 of the holder, the next one comes at the end of its lease");
        scene.crew().work(AFTERWARDS);
        scene.stop();
        scene.checks()
                .equal(
                        "3. and no update is lost",
                        scene.ledger().writes(),
                        scene.account().balance());
    }
}
