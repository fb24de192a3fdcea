package dev.mortise.tests.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Brings replies and messages to a client: at once, or when the test says so, and in the order that it wants. */
final class Deliveries implements Executor {
    private final List<Runnable> held = new ArrayList<>();
    private boolean holds;

    @Override
    public void execute(Runnable delivery) {
        if (holds) {
            held.add(delivery);
        } else {
            delivery.run();
        }
    }

    /** What comes from now on waits. */
    void hold() {
        holds = true;
    }

    /** What comes from now on does not wait; the others still do. */
    void holdNoMore() {
        holds = false;
    }

    int waiting() {
        return held.size();
    }

    /** Brings the one that has waited longest. */
    void bringFirst() {
        held.remove(0).run();
    }
}
