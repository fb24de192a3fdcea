package dev.mortise.internal.client;

import dev.mortise.Owner;

/** Who calls for an acquire, and what the calling thread has to do with it. */
enum Caller {
    /** A thread that waits for it; the lease may go anywhere. */
    WAITS,
    /** A thread that waits for it, and the hold ends with the thread. */
    HOLDS,
    /** A thread that goes on at once. */
    GOES_ON;

    /** Whether the hold ends with the calling thread. */
    boolean isThreadBound() {
        return this == HOLDS;
    }

    /**
     * Who waits and holds, where deadlocks are looked for; empty = not known. A thread that goes on does not wait for what it
     * asked for, and what it was given belongs to no thread. So without an owner of its own such an acquire is part of no deadlock.
     */
    String party(Owner owner) {
        String name = owner.resolve();
        if (name.isEmpty() || owner != Owner.currentThread()) {
            return name.isEmpty() ? "" : "o:" + name;
        }
        return this == GOES_ON ? "" : "t:" + threadNumber();
    }

    @SuppressWarnings("deprecation") // Thread.threadId() is newer than Java 17
    private static long threadNumber() {
        return Thread.currentThread().getId();
    }
}
