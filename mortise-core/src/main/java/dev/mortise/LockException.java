package dev.mortise;

import org.jspecify.annotations.Nullable;

/** The root of everything that goes wrong with a lock. Messages hold no secret and no lease id. */
public abstract class LockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The lock this is about. */
    private final String lockName;

    LockException(String lockName, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.lockName = lockName;
    }

    /** The lock this is about; empty when it is about the client as a whole. */
    public String lockName() {
        return lockName;
    }
}
