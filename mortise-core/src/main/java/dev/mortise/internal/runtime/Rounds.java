package dev.mortise.internal.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks over something once in a while, for as long as there is something to look over. Thread-safe, never blocks. */
public final class Rounds {
    /*
     * Overview. One timer for all that there is, and not one for each. It is set when something begins, and goes on until a
     * round finds nothing left. So what begins and ends between two rounds costs one look at a flag.
     *
     * The timer thread only asks whether a look is worth it. The look itself may be long, so it is made in the background, one
     * at a time; a round that comes meanwhile is left out. An error ends neither the look that follows nor the rounds.
     */
    private static final Logger log = LoggerFactory.getLogger(Rounds.class);

    private final Time time;
    private final long pauseNanos;
    private final BooleanSupplier isEmpty;
    private final BooleanSupplier isWorthIt;
    private final Runnable look;

    /** What is looked for, as in "x could not be looked for". */
    private final String what;

    /** Whether the timer is set. It is not while there is nothing. */
    private final AtomicBoolean armed = new AtomicBoolean();

    /** Whether a look is under way. */
    private final AtomicBoolean looking = new AtomicBoolean();

    /** Once true stays true. */
    private volatile boolean stopped;

    /**
     * Begins nothing.
     *
     * @param pauseNanos between two rounds
     * @param what is looked for, as it is called in the log; in the plural, with a capital
     * @param isEmpty whether there is nothing to look over
     * @param isWorthIt whether a look may find something; on the timer thread
     * @param look in the background, one at a time
     */
    public Rounds(
            Time time,
            long pauseNanos,
            String what,
            BooleanSupplier isEmpty,
            BooleanSupplier isWorthIt,
            Runnable look) {
        this.time = time;
        this.pauseNanos = pauseNanos;
        this.what = what;
        this.isEmpty = isEmpty;
        this.isWorthIt = isWorthIt;
        this.look = look;
    }

    /** There is something. To be called whenever that begins; it is enough to look at a flag, as nearly always. */
    public void arm() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            again();
        }
    }

    /** No look begins any more. */
    public void stop() {
        stopped = true;
    }

    private void again() {
        try {
            time.schedule(pauseNanos, this::round);
        } catch (RuntimeException | Error e) {
            armed.set(false);
            log.warn("{} are not looked for until something begins anew", what, e);
        }
    }

    private void round() {
        if (stopped) {
            return;
        }
        try {
            lookApart();
        } catch (RuntimeException | Error e) {
            log.warn("{} could not be looked for, will be tried again", what, e);
        }
        if (!isEmpty.getAsBoolean()) {
            again();
            return;
        }
        armed.set(false);
        if (!isEmpty.getAsBoolean()) {
            arm();
        }
    }

    private void lookApart() {
        if (!isWorthIt.getAsBoolean() || !looking.compareAndSet(false, true)) {
            return;
        }
        try {
            time.background().execute(() -> {
                try {
                    look.run();
                } catch (RuntimeException | Error e) {
                    log.warn("{} could not be looked for, will be tried again", what, e);
                } finally {
                    looking.set(false);
                }
            });
        } catch (RuntimeException | Error e) {
            looking.set(false);
            throw e;
        }
    }
}
