package dev.mortise.cli.demo;

/** Everybody reads, thinks and writes, and nobody waits for anybody. */
final class UnlockedPart {
    private UnlockedPart() {}

    static void play(DemoContext scene) {
        scene.stage().part("1. Without a lock: read the balance, think, write it back");
        scene.reset();
        scene.crew().order(WorkerCommand.UNLOCKED);
        scene.crew().work(scene.worked());
        scene.stop();
        long made = scene.ledger().writes();
        long seen = scene.account().balance();
        scene.stage().note(made + " updates made, the balance is " + seen + ": " + (made - seen) + " lost");
        scene.checks()
                .add("1. without a lock, updates get lost", "fewer than " + made, Long.toString(seen), seen < made);
    }
}
