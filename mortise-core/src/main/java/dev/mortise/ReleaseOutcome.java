package dev.mortise;

/** How a release ended. */
public enum ReleaseOutcome {
    /** The lease was still ours, and the server has ended it. */
    RELEASED,
    /** The lease had ended before: expired, taken by force, or given up by {@link Lease#detach}. */
    LOST,
    /** No answer. The release is repeated in the background; at the latest the lease ends by itself. */
    UNKNOWN
}
