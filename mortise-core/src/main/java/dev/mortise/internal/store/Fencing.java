package dev.mortise.internal.store;

/** Fencing tokens as grants come with them. */
public final class Fencing {
    /**
     * How many tokens, from the one that is reported, belong to each grant of a mutex or read-write lock: the leases that
     * one client hands on among its own threads have the others. A grant of a semaphore comes with one.
     */
    public static final long BLOCK = 64;

    /**
     * A node of a quorum takes tokens from clients, whose clocks may be behind its own by so much (µs): none that is
     * further behind, so that it need not remember longer what it accepted.
     */
    public static final long LAG = 5_000_000;

    private Fencing() {}
}
