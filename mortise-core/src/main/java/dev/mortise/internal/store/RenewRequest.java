package dev.mortise.internal.store;

/**
 * Renews one lease. A server that may have lost it (and is quiet for that reason) takes it up again.
 *
 * @param leaseMillis counted from now; 0 = without expiry
 * @param mayShorten whether an earlier end than before is meant
 * @param tag of the acquire, as shown to people
 */
public record RenewRequest(
        String lock,
        String leaseId,
        long leaseMillis,
        boolean mayShorten,
        Shape shape,
        long permits,
        long token,
        Tag tag) {}
