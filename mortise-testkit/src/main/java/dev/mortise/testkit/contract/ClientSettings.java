package dev.mortise.testkit.contract;

import dev.mortise.LockListener;
import java.time.Duration;

/**
 * How a contract wants a client to be opened. Immutable.
 *
 * @param name shown to others
 * @param lease of who names none
 * @param commandTimeout how long one answer may take; at most a sixth of the lease
 * @param maxWaiters the bound of a lock's queue
 * @param listener hears the events of this client
 * @param inOrder whether nothing is handed on inside the client, so that waiters of all clients are served in one order
 */
public record ClientSettings(
        String name, Duration lease, Duration commandTimeout, int maxWaiters, LockListener listener, boolean inOrder) {
    /** As users get it who set nothing. */
    public static ClientSettings defaults() {
        return new ClientSettings(
                "contract", Duration.ofSeconds(30), Duration.ofSeconds(2), 10_000, event -> {}, false);
    }

    /** With that name. */
    public ClientSettings named(String newName) {
        return new ClientSettings(newName, lease, commandTimeout, maxWaiters, listener, inOrder);
    }

    /** With that lease, and the longest command time-out that goes with it. */
    public ClientSettings leasing(Duration newLease) {
        return new ClientSettings(name, newLease, newLease.dividedBy(6), maxWaiters, listener, inOrder);
    }

    /** With that bound. */
    public ClientSettings queueing(int newMaxWaiters) {
        return new ClientSettings(name, lease, commandTimeout, newMaxWaiters, listener, inOrder);
    }

    /** With that listener. */
    public ClientSettings heardBy(LockListener newListener) {
        return new ClientSettings(name, lease, commandTimeout, maxWaiters, newListener, inOrder);
    }

    /** With nothing handed on inside the client. */
    public ClientSettings servingInOrder() {
        return new ClientSettings(name, lease, commandTimeout, maxWaiters, listener, true);
    }
}
