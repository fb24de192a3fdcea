package dev.mortise;

import java.util.Objects;

/**
 * How far a grant must have been copied before the caller gets its lease. Immutable.
 *
 * <p>A grant that was not copied that far in time is given back on the server, and the acquire fails with
 * {@link LockUnavailableException}: there was no other holder, and the lock goes to the next waiter. The grant
 * of an acquire or an upgrade is waited for; renewals, downgrades and releases are not.
 *
 * <p>This lowers the odds that a fail-over loses a lock, and is no consensus: the replica that is promoted may not be
 * the one that had the copy. Check the fencing token where two holders must never meet.
 */
public final class Durability {
    private static final Durability NONE = new Durability(false, 0, 0);

    private final boolean aof;
    private final int local;
    private final int replicas;

    private Durability(boolean aof, int local, int replicas) {
        this.aof = aof;
        this.local = local;
        this.replicas = replicas;
    }

    /** The master's word is enough. The default of a client. */
    public static Durability none() {
        return NONE;
    }

    /**
     * Received by that many replicas, into their memory (the command WAIT).
     *
     * @param replicas at least 1; more than there are can never be reached
     * @throws IllegalArgumentException when it is less than 1
     */
    public static Durability replicas(int replicas) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1, was " + replicas);
        }
        return new Durability(false, 0, replicas);
    }

    /**
     * Written to the append-only file, and forced to disk, of the master and of that many replicas (the command
     * WAITAOF). Takes Redis 7.2 or Valkey, and {@code appendonly yes} on the master if {@code local} is 1; otherwise
     * the acquire fails with {@link LockUnavailableException} that says what is missing.
     *
     * @param local 1 for the master, 0 for replicas alone
     * @param replicas how many
     * @throws IllegalArgumentException when {@code local} is not 0 or 1, {@code replicas} is negative, or both are 0
     */
    public static Durability aof(int local, int replicas) {
        if (local < 0 || local > 1) {
            throw new IllegalArgumentException("local must be 0 or 1, was " + local);
        }
        if (replicas < 0 || local + replicas == 0) {
            throw new IllegalArgumentException("local + replicas must be at least 1, replicas was " + replicas);
        }
        return new Durability(true, local, replicas);
    }

    /** Whether a grant need not wait for anything. */
    public boolean isNone() {
        return local == 0 && replicas == 0;
    }

    /** Whether the append-only files count, and not memory. */
    public boolean isAof() {
        return aof;
    }

    /** 1 when the master's own append-only file is waited for, else 0. */
    public int local() {
        return local;
    }

    /** How many replicas are waited for. */
    public int replicas() {
        return replicas;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Durability that && aof == that.aof && local == that.local && replicas == that.replicas;
    }

    @Override
    public int hashCode() {
        return Objects.hash(aof, local, replicas);
    }

    @Override
    public String toString() {
        if (isNone()) {
            return "none";
        }
        return aof ? "aof(" + local + ", " + replicas + ")" : "replicas(" + replicas + ")";
    }
}
