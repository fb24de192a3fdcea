package dev.mortise.internal.store;

/**
 * How far a write must be copied, and for how long that may be waited for.
 *
 * @param aof whether append-only files count, and not memory
 * @param local 1 = also the master's own file, else 0
 * @param replicas how many
 * @param boundMillis for the request as a whole, at least 1
 */
public record RequiredCopies(boolean aof, int local, int replicas, long boundMillis) {
    /** Checks the bound: 0 would be no bound for the server. */
    public RequiredCopies {
        if (boundMillis < 1) {
            throw new IllegalArgumentException("boundMillis must be at least 1, was " + boundMillis);
        }
    }

    /** Whether that is enough. */
    public boolean isReachedBy(ReachedCopies reached) {
        return reached.local() >= local && reached.replicas() >= replicas;
    }
}
