package dev.mortise;

import org.jspecify.annotations.Nullable;

/**
 * Who waits and holds: as shown to people, and where deadlocks are looked for. An owner is known within one client: the same
 * thread or name in another client is another owner. Immutable.
 */
public final class Owner {
    static final int MAX_LENGTH = 128;

    private static final Owner CURRENT_THREAD = new Owner(null);
    private static final Owner NONE = new Owner("");

    private final @Nullable String id;

    private Owner(@Nullable String id) {
        this.id = id;
    }

    /** The thread that calls acquire: its name and number. The default. */
    public static Owner currentThread() {
        return CURRENT_THREAD;
    }

    /**
     * A name of the caller's own, the same for everything that one unit of work waits for and holds.
     *
     * @param id 1 to 128 characters without control characters
     */
    public static Owner of(String id) {
        Text.require("owner", id, MAX_LENGTH);
        if (id.isEmpty()) {
            throw new IllegalArgumentException("owner must not be empty; use Owner.none()");
        }
        return new Owner(id);
    }

    /** No owner: nothing is shown, and it is never part of a deadlock. */
    public static Owner none() {
        return NONE;
    }

    /** The text shown to others; for {@link #currentThread()} that of the thread which calls this method. */
    public String resolve() {
        if (id != null) {
            return id;
        }
        Thread thread = Thread.currentThread();
        return Text.printable(thread.getName() + "#" + threadNumber(thread), MAX_LENGTH);
    }

    @SuppressWarnings("deprecation") // Thread.threadId() is newer than Java 17
    private static long threadNumber(Thread thread) {
        return thread.getId();
    }

    @Override
    public String toString() {
        return id == null ? "current thread" : id.isEmpty() ? "none" : id;
    }
}
