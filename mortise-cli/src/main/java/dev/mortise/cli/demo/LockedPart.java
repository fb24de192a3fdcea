package dev.mortise.cli.demo;

/** The same work under the lock. */
final class LockedPart {
    private LockedPart() {}

    static void play(DemoContext scene) {
        scene.stage().part("2. Under a Mortise lock: the same work");
        scene.reset();
        scene.crew().order(WorkerCommand.LOCKED);
        scene.crew().work(scene.worked());
        scene.stop();
        long made = scene.ledger().writes();
        long seen = scene.account().balance();
        scene.stage().note(made + " updates made, the balance is " + seen + ": " + (made - seen) + " lost");
        scene.checks().add("2. under the lock, work is done", "some", made + " updates", made > 0);
        scene.checks().equal("2. and no update is lost", made, seen);
    }
}
