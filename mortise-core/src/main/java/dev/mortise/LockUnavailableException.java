package dev.mortise;

import org.jspecify.annotations.Nullable;

/** The server is unreachable, refuses, or is misconfigured. Never means that another client holds the lock. */
public class LockUnavailableException extends LockException {
    private static final long serialVersionUID = 1L;

    /** With what happened, in words. */
    public LockUnavailableException(String lockName, String message, @Nullable Throwable cause) {
        super(lockName, message, cause);
    }
}
