package dev.mortise.testkit.contract;

import dev.mortise.LockListener;
import java.time.Duration;
import java.util.List;

/**
 * How a contract wants a client to be opened. Immutable.
 *
 * @param name shown to others
 * @param lease of who names none
 * @param commandTimeout how long one answer may take; at most a sixth of the lease
 * @param maxWaiters the bound of a lock's queue
 * @param listeners each hears the events of this client
 * @param inOrder whether nothing is handed on inside the client, so that waiters of all clients are served in one order
 */
public record ClientSettings(
        String name,
        Duration lease,
        Duration commandTimeout,
        int maxWaiters,
        List<LockListener> listeners,
        boolean inOrder) {
    /** Copies the list. */
    public ClientSettings {
        listeners = List.copyOf(listeners);
    }

    /** As users get it who set nothing. */
    public static ClientSettings defaults() {
        return new ClientSettings("contract", Duration.ofSeconds(30), Duration.ofSeconds(2), 10_000, List.of(), false);
    }

    /** With that name. */
    public ClientSettings named(String newName) {
        return new ClientSettings(newName, lease, commandTimeout, maxWaiters, listeners, inOrder);
    }

    /** With that lease, and the longest command time-out that goes with it. */
    public ClientSettings leasing(Duration newLease) {
        return new ClientSettings(name, newLease, newLease.dividedBy(6), maxWaiters, listeners, inOrder);
    }

    /** With that bound. */
    public ClientSettings queueing(int newMaxWaiters) {
        return new ClientSettings(name, lease, commandTimeout, newMaxWaiters, listeners, inOrder);
    }

    /** With those listeners. */
    public ClientSettings heardBy(LockListener... newListeners) {
        return new ClientSettings(name, lease, commandTimeout, maxWaiters, List.of(newListeners), inOrder);
    }

    /** With nothing handed on inside the client. */
    public ClientSettings servingInOrder() {
        return new ClientSettings(name, lease, commandTimeout, maxWaiters, listeners, true);
    }
}
