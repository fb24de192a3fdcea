package dev.mortise.internal.lease;

import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Time;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the rounds of one client on the timer thread, and what other threads leave to that thread. An error ends neither.
 * Thread-safe, never blocks.
 */
final class RoundTimer {
    private static final Logger log = LoggerFactory.getLogger(RoundTimer.class);

    /** The pause after an error. */
    static final long RETRY = TimeUnit.MILLISECONDS.toNanos(100);

    private final Time time;
    private final LongSupplier round;
    private final Guarded guard = new Guarded();

    /** What is left to the timer thread, oldest first. A round does it as well, in case no timer could be set for it. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** When the next round is set for; {@link Long#MAX_VALUE} = none is. Written under {@link #guard}; read without it as a hint. */
    private volatile long nextRound = Long.MAX_VALUE;

    /** The next round; null when none is set. Under {@link #guard}. */
    private Time.@Nullable Timer timer;

    /** @param round answers when the next one must come; {@link Long#MAX_VALUE} = none need come */
    RoundTimer(Time time, LongSupplier round) {
        this.time = time;
        this.round = round;
    }

    /** A round must come by then. Any thread. If this throws, the round that was set before is still to come. */
    void roundAt(long whenNanos) {
        if (whenNanos < nextRound) {
            guard.change(() -> setRound(whenNanos));
        }
    }

    /** Runs the task on the timer thread: soon, and if this throws, in the next round. Any thread. */
    void later(Runnable task) {
        tasks.add(task);
        try {
            time.schedule(0, this::runTasks);
        } catch (RuntimeException | Error e) {
            log.warn("No timer could be set; a round does what it was for", e);
            roundAt(time.nanos());
        }
    }

    /** Under {@link #guard}. */
    private void setRound(long whenNanos) {
        if (whenNanos >= nextRound) {
            return;
        }
        Time.Timer next = time.schedule(whenNanos - time.nanos(), this::run);
        if (timer != null) {
            timer.cancel();
        }
        nextRound = whenNanos;
        timer = next;
    }

    /** Under {@link #guard}. */
    private void noRound() {
        nextRound = Long.MAX_VALUE;
        timer = null;
    }

    /** On the timer thread only. */
    private void run() {
        guard.change(this::noRound);
        long next;
        try {
            runTasks();
            next = round.getAsLong();
        } catch (RuntimeException | Error e) {
            log.error("A round of renewals failed; please report this", e);
            next = time.nanos() + RETRY;
        }
        try {
            roundAt(next);
        } catch (RuntimeException | Error e) {
            // Without a next round, no lease is renewed any more.
            roundAt(next);
        }
    }

    /** On the timer thread only. */
    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.error("The schedule of a renewal could not be changed; please report this", e);
            }
        }
    }
}
