package dev.mortise.testkit.process;

import java.time.Duration;

/** A lock that the other JVM has begun to acquire. Thread-safe. */
public final class PendingGrant {
    private final AgentCall call;

    PendingGrant(AgentCall call) {
        this.call = call;
    }

    /** Whether it was granted, as far as this JVM has heard. */
    public boolean isGranted() {
        return call.hasSucceeded();
    }

    /**
     * Blocks until the lock is granted there. Not interruptible.
     *
     * @return the fencing token
     * @throws IllegalStateException when it is not granted in time, or the JVM has ended
     * @throws OtherJvmException when the acquire ended with an exception
     */
    public long awaitGranted(Duration atMost) {
        return Long.parseLong(call.awaitResult(atMost));
    }
}
