package dev.mortise;

/** The lock has as many waiters as it takes. Nothing was changed. */
public class QueueFullException extends LockException {
    private static final long serialVersionUID = 1L;

    /** With the bound. */
    public QueueFullException(String lockName, String message) {
        super(lockName, message, null);
    }
}
