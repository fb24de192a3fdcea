package dev.mortise.testkit.proxy;

import dev.mortise.testkit.process.Polling;
import java.time.Duration;

/** A fault that waits for requests. Thread-safe. */
public interface Fault {
    /** How often it has been carried out, to its end. */
    int hits();

    /**
     * Blocks until it has been carried out at least once.
     *
     * @return whether that was in time
     */
    default boolean awaitHit(Duration atMost) {
        return Polling.until(atMost, () -> hits() > 0);
    }

    /** It waits no longer. What it has begun, it ends. */
    void disarm();
}
