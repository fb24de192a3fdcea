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
 * @param slowWaitAfter how long a wait has lasted before it is told as slow
 * @param inOrder whether nothing is handed on inside the client, so that waiters of all clients are served in one order
 */
public record ClientSettings(
        String name,
        Duration lease,
        Duration commandTimeout,
        int maxWaiters,
        List<LockListener> listeners,
        Duration slowWaitAfter,
        boolean inOrder) {
    /** Copies the list. */
    public ClientSettings {
        listeners = List.copyOf(listeners);
    }

    /** As users get it who set nothing. */
    public static ClientSettings defaults() {
        return new ClientSettings(
                "contract",
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                10_000,
                List.of(),
                Duration.ofSeconds(30),
                false);
    }

    /** With that name. */
    public ClientSettings named(String newName) {
        return new ClientSettings(newName, lease, commandTimeout, maxWaiters, listeners, slowWaitAfter, inOrder);
    }

    /** With that lease, and the longest command time-out that goes with it. */
    public ClientSettings leasing(Duration newLease) {
        return new ClientSettings(name, newLease, newLease.dividedBy(6), maxWaiters, listeners, slowWaitAfter, inOrder);
    }

    /** With that bound. */
    public ClientSettings queueing(int newMaxWaiters) {
        return new ClientSettings(name, lease, commandTimeout, newMaxWaiters, listeners, slowWaitAfter, inOrder);
    }

    /** With those listeners. */
    public ClientSettings heardBy(LockListener... newListeners) {
        return new ClientSettings(
                name, lease, commandTimeout, maxWaiters, List.of(newListeners), slowWaitAfter, inOrder);
    }

    /** With waits that are told as slow after that time. */
    public ClientSettings tellingWaitsAfter(Duration newSlowWaitAfter) {
        return new ClientSettings(name, lease, commandTimeout, maxWaiters, listeners, newSlowWaitAfter, inOrder);
    }

    /** With nothing handed on inside the client. */
    public ClientSettings servingInOrder() {
        return new ClientSettings(name, lease, commandTimeout, maxWaiters, listeners, slowWaitAfter, true);
    }
}
