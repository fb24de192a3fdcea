package dev.mortise.faults.check;

/**
 * What a run was about.
 *
 * @param leaseNanos of every lease
 * @param ordered whether the deployment promises an order
 * @param localHandOff whether a worker hands locks on among its threads
 * @param deadWaiterNanos for how long waiters who were killed keep the lock from others when it is their turn
 */
public record Terms(long leaseNanos, boolean ordered, boolean localHandOff, long deadWaiterNanos) {}
