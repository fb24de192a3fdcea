package dev.mortise.internal.store;

/**
 * How far a write was copied, as acknowledged in time.
 *
 * @param local 1 = to the master's own append-only file, as far as that was asked for
 * @param replicas to how many
 */
public record Copied(int local, int replicas) {
    /** Nothing was acknowledged. */
    public static final Copied NOWHERE = new Copied(0, 0);
}
