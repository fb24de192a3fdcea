package dev.mortise;

/**
 * Why a lease ended before it was released.
 *
 * @param cause the kind of loss
 * @param detail a sentence for people; holds no secret
 */
public record LeaseLoss(Cause cause, String detail) {
    /** The kinds of loss. */
    public enum Cause {
        /** Its time was over, and nothing renewed it. */
        EXPIRED,
        /** The server no longer knows the lease: it expired there, or its data is gone. */
        GONE,
        /** Ended by {@code LockAdmin.forceRelease}. */
        FORCED,
        /** It was renewed up to {@link AcquireOptions#maxHold} and no further. */
        MAX_HOLD,
        /** Renewals got no answer until its time was over. */
        UNREACHABLE,
        /** Its client was closed. */
        CLIENT_CLOSED
    }
}
