package dev.mortise;

/**
 * Hears what happens to locks of one client, for metrics and audit. Called on callback threads of the client, or on the
 * {@code callbackExecutor} that it was given, one event at a time and in order; never on an I/O thread and never under
 * an internal lock. A listener that is too slow loses events (their number is logged), it never slows a lock down. What
 * it throws is logged.
 */
@FunctionalInterface
public interface LockListener {
    /** Called once for each event. */
    void onEvent(LockEvent event);
}
