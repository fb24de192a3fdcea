package dev.mortise.faults.check;

/**
 * One fault, from its beginning to its healing.
 *
 * @param worker whom it hit; empty = everybody
 * @param undisturbedUntil when the next fault began, or traffic was about to end
 */
public record FaultSpan(
        String fault, String detail, String worker, long beganAt, long healedAt, long undisturbedUntil) {
    public static final String CLOCK_JUMP = "clock-jump";
    static final String WORKER_KILL = "worker-kill";

    boolean overlaps(long from, long to) {
        return beganAt < to && from < healedAt;
    }
}
