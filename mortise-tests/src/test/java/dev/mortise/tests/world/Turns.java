package dev.mortise.tests.world;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls that block while time is moved by hand. Each has a thread of its own, which runs only while {@link #settle} waits for it
 * to wait for somebody or to end; so a run can be repeated.
 */
final class Turns {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<Turn<?>> open = new ArrayList<>();

    /** @param then gets the result or the failure, on the thread that settles */
    <T> void start(Callable<T> call, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        Turn<T> turn = new Turn<>(call, then);
        open.add(turn);
        turn.start();
        await(turn, () -> turn.waits());
        settle();
    }

    int open() {
        return open.size();
    }

    /** Lets everybody go on who can. Answers whether anything was done. */
    boolean settle() {
        boolean done = false;
        for (Turn<?> turn : List.copyOf(open)) {
            // The first time it may still be about to go on, for what was done before.
            comesToRest(turn);
            comesToRest(turn);
            if (!turn.isAlive() && open.remove(turn)) {
                turn.end();
                done = true;
            }
        }
        return done;
    }

    /** A thread that is woken for nothing waits again; one that has been waiting for what is there by now goes on. */
    private void comesToRest(Turn<?> turn) {
        long waits = waits(turn);
        LockSupport.unpark(turn);
        await(turn, () -> waits(turn) > waits && turn.waits());
    }

    private long waits(Turn<?> turn) {
        var info = threads.getThreadInfo(turn.getId());
        return info == null ? Long.MAX_VALUE : info.getWaitedCount();
    }

    private static void await(Turn<?> turn, java.util.function.BooleanSupplier rests) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (turn.isAlive() && !rests.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("a call neither ends nor waits: " + List.of(turn.getStackTrace()));
            }
            Thread.onSpinWait();
        }
    }

    private static final class Turn<T> extends Thread {
        private final Callable<T> call;
        private final BiConsumer<@Nullable T, @Nullable Throwable> then;
        private @Nullable T result;
        private @Nullable Throwable failure;

        private Turn(Callable<T> call, BiConsumer<@Nullable T, @Nullable Throwable> then) {
            this.call = call;
            this.then = then;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                result = call.call();
            } catch (Throwable e) {
                failure = e;
            }
        }

        private boolean waits() {
            return getState() == State.WAITING || getState() == State.TIMED_WAITING;
        }

        private void end() {
            then.accept(result, failure);
        }
    }
}
