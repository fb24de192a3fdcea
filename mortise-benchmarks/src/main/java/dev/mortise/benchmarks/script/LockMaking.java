package dev.mortise.benchmarks.script;

import static dev.mortise.benchmarks.script.Ids.dead;
import static dev.mortise.benchmarks.script.Ids.live;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;

/** Makes locks of any size, before what is done with them is measured. */
final class LockMaking {
    static final Shape MUTEX = Shape.MUTEX;
    static final Shape READ_WRITE = Shape.READ_WRITE;
    static final Shape PERMITS = new Shape(LockKind.SEMAPHORE, 20_000);
    static final long LONG_MILLIS = 3_600_000;

    private LockMaking() {}

    static void queue(Stage stage, int n) {
        stage.hold(MUTEX, 1, live(0));
        for (int i = 1; i <= n; i++) {
            stage.join(MUTEX, 1, live(i));
        }
    }

    static void queueBehindNobody(Stage stage, int n) throws InterruptedException {
        queue(stage, n);
        stage.runOut(1);
    }

    /** Between the first and the last who wait. */
    static void holes(Stage stage, int n) {
        queue(stage, n + 2);
        for (int i = 2; i <= n + 1; i++) {
            stage.leave(live(i), 0);
        }
    }

    static void readersWait(Stage stage, int n) {
        stage.hold(READ_WRITE, Shape.MAX, live(0));
        for (int i = 1; i <= n; i++) {
            stage.join(READ_WRITE, 1, live(i));
        }
    }

    static void readersHold(Stage stage, int n) {
        for (int i = 0; i < n; i++) {
            stage.hold(READ_WRITE, 1, live(i));
        }
    }

    static void permitsHeld(Stage stage, int n) {
        for (int i = 0; i < n; i++) {
            stage.hold(PERMITS, 1, live(i));
        }
    }

    static void withTombstones(Stage stage, int n) {
        stage.hold(MUTEX, 1, live(0));
        for (int i = 0; i < n; i++) {
            stage.leave(dead(i, 0), LONG_MILLIS);
        }
    }

    static void votersWait(Stage stage, int n) {
        stage.joinVoting(READ_WRITE, Shape.MAX, live(0));
        for (int i = 1; i <= n; i++) {
            stage.joinVoting(READ_WRITE, 1, live(i));
        }
    }
}
