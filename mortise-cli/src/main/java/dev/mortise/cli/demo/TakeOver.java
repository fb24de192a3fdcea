package dev.mortise.cli.demo;

import dev.mortise.LockInfo;
import dev.mortise.cli.demo.scene.SceneException;
import java.time.Duration;

/**
 * How the others come to the lock of a holder that is gone.
 *
 * @param token of the holder that is gone
 * @param leaseEnds when its lease ends, see {@link Timing#micros}
 */
record TakeOver(long token, long leaseEnds) {
    /** Asks the server how long the lease of that holder still lives. */
    static TakeOver from(DemoContext scene, long token) {
        // Before asking: the lease ends no earlier than that, and later by the time the answer took.
        long now = Timing.micros();
        LockInfo info = scene.mortise().lock(DemoWorker.LOCK).inspect();
        Duration left = info.holders().stream()
                .filter(holder -> holder.fencingToken() == token)
                .findFirst()
                .flatMap(LockInfo.Holder::expiresIn)
                .orElseThrow(() -> new SceneException("the holder with token " + token + " is not on record"));
        return new TakeOver(token, now + left.toNanos() / 1000);
    }

    long leftMillis() {
        return Math.max(0, (leaseEnds - Timing.micros()) / 1000);
    }

    /** Blocks until somebody else has the lock, and checks that it is neither early nor late. */
    Ledger.Grant await(DemoContext scene, String check) {
        scene.crew().await("a new holder", () -> scene.ledger().after(token).isPresent());
        Ledger.Grant next = scene.ledger().after(token).orElseThrow();
        long lateMillis = (next.micros() - leaseEnds) / 1000;
        scene.stage()
                .note(next.worker() + " has the lock " + lateMillis + " ms after the end of that lease, token "
                        + next.token());
        scene.checks()
                .add(
                        check,
                        "0 to " + Timing.TAKE_OVER.toMillis() + " ms after it",
                        lateMillis + " ms",
                        lateMillis >= -Timing.BLUR.toMillis() && lateMillis <= Timing.TAKE_OVER.toMillis());
        return next;
    }
}
