package dev.mortise;

/**
 * How far a grant must have been copied before the caller gets it. Only {@link #none()} works in this version; anything
 * else is refused when it is used, never ignored.
 */
public final class Durability {
    private static final Durability NONE = new Durability(0, 0);

    private final int local;
    private final int replicas;

    private Durability(int local, int replicas) {
        this.local = local;
        this.replicas = replicas;
    }

    /** The master's word is enough. */
    public static Durability none() {
        return NONE;
    }

    /** Acknowledged by that many replicas. */
    public static Durability replicas(int replicas) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1, was " + replicas);
        }
        return new Durability(0, replicas);
    }

    /** Written to the append-only file of the master ({@code local} = 1) and of that many replicas. */
    public static Durability aof(int local, int replicas) {
        if (local < 0 || local > 1) {
            throw new IllegalArgumentException("local must be 0 or 1, was " + local);
        }
        if (replicas < 0 || local + replicas == 0) {
            throw new IllegalArgumentException("local + replicas must be at least 1, replicas was " + replicas);
        }
        return new Durability(local, replicas);
    }

    /** Whether a grant has to wait for anything at all. */
    public boolean isNone() {
        return local == 0 && replicas == 0;
    }

    @Override
    public String toString() {
        return isNone() ? "none" : "local " + local + ", replicas " + replicas;
    }
}
