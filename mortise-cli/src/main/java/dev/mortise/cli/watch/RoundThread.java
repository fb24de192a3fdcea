package dev.mortise.cli.watch;

import dev.mortise.LockUnavailableException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Rounds on a thread of their own, at their pace. Thread-safe. */
final class RoundThread implements AutoCloseable {
    private final LockRounds rounds;
    private final Duration interval;
    private final Listener listener;
    private final ScheduledExecutorService thread;

    /** What the next round looks at. */
    private volatile WatchFocus focus = WatchFocus.NONE;

    // The fields below: guarded by this.
    private boolean isPaused;

    /** Whether a round is under way, or one is to come. */
    private boolean isBusy;

    /** No round begins before that; of System.nanoTime. */
    private long dueNanos = System.nanoTime();

    RoundThread(LockRounds rounds, Duration interval, Listener listener) {
        this.rounds = rounds;
        this.interval = interval;
        this.listener = listener;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "watch rounds");
            named.setDaemon(true);
            return named;
        });
    }

    /** Hears what becomes of rounds, on the thread of the rounds. */
    interface Listener {
        /** There is a round. */
        void seen(LookRound round);

        /** The server did not answer. */
        void failed(LockUnavailableException failure);

        /** An error of this program; no round follows. */
        void broken(RuntimeException failure);
    }

    /** The first round begins at once. */
    synchronized void start() {
        schedule();
    }

    void look(WatchFocus next) {
        focus = next;
    }

    /** While it is paused, no round begins. */
    synchronized void pause(boolean paused) {
        isPaused = paused;
        if (!isPaused && !isBusy) {
            schedule();
        }
    }

    private synchronized void schedule() {
        if (isPaused || thread.isShutdown()) {
            isBusy = false;
            return;
        }
        isBusy = true;
        var unused = thread.schedule(this::round, Math.max(0, dueNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void round() {
        synchronized (this) {
            if (isPaused) {
                isBusy = false;
                return;
            }
        }
        long begin = System.nanoTime();
        try {
            look(begin);
        } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
                listener.broken(e);
            }
        }
    }

    private void look(long begin) {
        try {
            LookRound round = rounds.next(focus);
            listener.seen(round);
            due(begin, WatchPace.every(interval, round.took()));
        } catch (LockUnavailableException e) {
            listener.failed(e);
            due(begin, interval);
        }
        schedule();
    }

    private synchronized void due(long begin, Duration later) {
        dueNanos = begin + later.toNanos();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
