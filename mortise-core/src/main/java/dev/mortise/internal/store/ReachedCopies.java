package dev.mortise.internal.store;

/**
 * How far a write was copied, as acknowledged in time.
 *
 * @param local 1 = to the master's own append-only file, as far as that was asked for
 * @param replicas to how many
 */
public record ReachedCopies(int local, int replicas) {
    /** Nothing was acknowledged. */
    public static final ReachedCopies NOWHERE = new ReachedCopies(0, 0);
}
