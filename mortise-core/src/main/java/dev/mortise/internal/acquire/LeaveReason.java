package dev.mortise.internal.acquire;

import dev.mortise.LockEvent.NotAcquired.Reason;

/** Why a wait ends without a grant. */
public enum LeaveReason {
    /** Refused, and was not to wait; or its time is over. */
    TIMEOUT,
    /** The thread was interrupted, or the future was completed by the user. */
    CANCELLED,
    /** The client is closing. */
    CLOSED,
    /** The server could not be asked. */
    UNAVAILABLE,
    /** Granted, but not copied as far as it must be. */
    NOT_COPIED,
    /** It waited in a deadlock, and was chosen to end it. */
    DEADLOCK,
    /** The server refused for good. */
    REFUSED;

    Reason reason() {
        return switch (this) {
            case TIMEOUT -> Reason.TIMEOUT;
            case CANCELLED -> Reason.CANCELLED;
            case UNAVAILABLE -> Reason.UNAVAILABLE;
            case NOT_COPIED -> Reason.NOT_COPIED;
            case DEADLOCK -> Reason.DEADLOCK;
            case CLOSED, REFUSED -> Reason.REFUSED;
        };
    }
}
