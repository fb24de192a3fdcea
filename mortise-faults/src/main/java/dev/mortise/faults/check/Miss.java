package dev.mortise.faults.check;

/**
 * An acquire without a grant.
 *
 * @param why timeout, or the kind of exception
 */
public record Miss(String worker, String thread, String lock, long askedAt, long at, String why) {
    /** It stayed in the queue for as long as it wanted to. */
    public static final String TIMEOUT = "timeout";
}
