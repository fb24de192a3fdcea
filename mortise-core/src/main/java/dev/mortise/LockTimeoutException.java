package dev.mortise;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lock was not granted in time; says who holds it, since when, who is ahead, and what the holder itself waits for. */
public class LockTimeoutException extends LockException {
    private static final long serialVersionUID = 1L;

    private final Duration waited;
    private final int place;
    private final transient @Nullable WaitReport report;

    /**
     * With what the server said at the end of the wait.
     *
     * @param waited how long
     * @param report what stood in the way
     */
    public LockTimeoutException(String lockName, Duration waited, WaitReport report) {
        super(lockName, describe(lockName, waited, report), null);
        this.waited = waited;
        this.place = report.place();
        this.report = report;
    }

    /** How long the caller waited. */
    public Duration waited() {
        return waited;
    }

    /** Last known place in the queue, 1 = next to be served; 0 when the caller was not in the queue. */
    public int place() {
        return place;
    }

    /** The holders at that moment, 16 of them at most; empty when they are not known. */
    public List<LockInfo.Holder> holders() {
        return report().holders();
    }

    /** The first holders and the head of the queue at that moment, without the caller itself; see {@link WaitReport#lock()}. */
    public Optional<LockInfo> info() {
        return report().lock();
    }

    /** Those who would have been served before the caller, the next one first, as far as they are known. */
    public List<LockInfo.Waiter> ahead() {
        return report().ahead();
    }

    /**
     * Why the holder did not go on, if it waits itself: each holds what the one before it waits for. Looked up only after a wait
     * that was longer than {@code deadlockCheckAfter}, as no wait is on record before.
     */
    public List<HolderWait> chain() {
        return report().chain();
    }

    /** All that is known about the wait. */
    public WaitReport report() {
        return report == null ? WaitReport.unknown(place) : report;
    }

    private static String describe(String lockName, Duration waited, WaitReport report) {
        String why = report.describe();
        return "Lock '" + lockName + "' was not granted within " + waited.toMillis() + " ms"
                + (why.isEmpty() ? "" : "; " + why);
    }
}
