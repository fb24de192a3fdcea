package dev.mortise.cli.demo;

import dev.mortise.LockInfo;
import dev.mortise.cli.demo.scene.Checks;

/** What is left when all have stopped. */
final class FinalPart {
    private FinalPart() {}

    static void play(DemoContext scene) {
        Checks checks = scene.checks();
        checks.equal(
                "All updates under the lock, and no others, are in the account",
                scene.ledger().writes(),
                scene.account().balance());
        checks.equal(
                "The guard has the same balance",
                scene.account().balance(),
                scene.fence().get(GuardedAccount.KEY).map(Long::parseLong).orElse(-1L));
        long wrong = scene.ledger().outOfOrder();
        checks.add(
                "Each grant had a higher fencing token than the one before",
                scene.ledger().grants() + " in order",
                wrong == 0 ? scene.ledger().grants() + " in order" : wrong + " out of order",
                wrong == 0);
        LockInfo info = scene.mortise().lock(DemoWorker.LOCK).inspect();
        checks.equal(
                "Nobody holds the lock or waits for it at the end",
                0,
                info.holders().size() + info.waiters().size());
    }
}
