package dev.mortise.internal.acquire;

/**
 * Where an acquire waits, as it knows.
 *
 * @param leaseId that it asks for
 * @param place last known place, 1 = next; 0 = none
 * @param isHere whether that is in the local queue, behind those of this client that lead; else it is in the server's
 */
public record WaitPlace(String leaseId, long place, boolean isHere) {}
