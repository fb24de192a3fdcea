package dev.mortise.internal.runtime;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The real clocks and threads, all daemons: one timer thread; threads for the code of users and for outcomes, 16 and more
 * when all of them block; and one for each connection that is being opened in the background.
 */
public final class SystemTime implements Time {
    /*
     * Elapsed time. The monotonic clock stands still while a machine is suspended, the wall clock does not, but jumps.
     * An anchor holds one reading of both. While they agree to within a threshold, elapsed time follows the monotonic
     * clock. When the wall clock is ahead by more, the difference is added (suspended, or set forward: leases end early,
     * which is safe); when it is behind (set back), it is not. Either way a new anchor is set, so that later jumps are
     * seen again. Adding every small difference instead would let the jitter between two readings add up.
     * A thread may stand still between the two readings, on a busy machine for long. That looks like a jump, and an anchor
     * of readings so far apart would count the pause twice: such readings are taken again.
     */
    private static final long JUMP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** How far apart two readings may be to be taken together. */
    private static final long APART_NANOS = JUMP_NANOS / 2;

    /** Up to how many callback threads are started without looking whether the others block. */
    private static final int CALLBACK_THREADS = 16;

    private final LongSupplier monotonic;
    private final LongSupplier wallMillis;
    private final AtomicReference<Anchor> anchor;
    private final LastingTimer timer;
    private final GrowingPool outcomes;
    private final GrowingPool background;
    private final Executor callbacks;

    public SystemTime(String clientName) {
        this(clientName, null);
    }

    /** @param callbacks where to run the code of users; if null, on the client's own threads */
    public SystemTime(String clientName, @Nullable Executor callbacks) {
        this(clientName, callbacks, SystemTime::daemon, System::nanoTime, System::currentTimeMillis);
    }

    /** @param threads may throw, as when the process may start no more */
    SystemTime(
            String clientName,
            @Nullable Executor callbacks,
            ThreadFactory threads,
            LongSupplier monotonic,
            LongSupplier wallMillis) {
        this.monotonic = monotonic;
        this.wallMillis = wallMillis;
        this.anchor = new AtomicReference<>(new Anchor(monotonic.getAsLong(), wallMillis.getAsLong(), 0));
        this.timer = new LastingTimer(named("mortise-timer-" + clientName, threads));
        this.outcomes =
                new GrowingPool(named("mortise-callback-" + clientName, threads), CALLBACK_THREADS, 1, timer::schedule);
        this.background = new GrowingPool(
                named("mortise-background-" + clientName, threads), Integer.MAX_VALUE, 0, timer::schedule);
        this.callbacks = callbacks == null ? outcomes : task -> outcomes.execute(() -> give(callbacks, task));
    }

    @Override
    public long nanos() {
        while (true) {
            Anchor from = Objects.requireNonNull(anchor.get());
            long mono = monotonic.getAsLong() - from.mono;
            long wall = TimeUnit.MILLISECONDS.toNanos(wallMillis.getAsLong() - from.wallMillis);
            long ahead = wall - mono;
            if (Math.abs(ahead) <= JUMP_NANOS) {
                return from.elapsed + mono;
            }
            if (monotonic.getAsLong() - from.mono - mono > APART_NANOS) {
                continue;
            }
            Anchor next = new Anchor(
                    from.mono + mono,
                    from.wallMillis + TimeUnit.NANOSECONDS.toMillis(wall),
                    from.elapsed + mono + Math.max(0, ahead));
            if (anchor.compareAndSet(from, next)) {
                return next.elapsed;
            }
        }
    }

    @Override
    public long wallMicros() {
        return TimeUnit.MILLISECONDS.toMicros(wallMillis.getAsLong());
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return timer.schedule(delayNanos, task);
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public Executor outcomes() {
        return outcomes;
    }

    @Override
    public Executor background() {
        return background;
    }

    @Override
    public long random(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    @Override
    public void fillUnguessable(byte[] bytes) {
        new SecureRandom().nextBytes(bytes);
    }

    @Override
    public void close() {
        // The callback threads end by themselves: a loss or a cancelled wait may still have to be told.
        timer.close();
        outcomes.close();
        background.close();
    }

    /** On a thread of ours, as it may run the task on the thread that gives it, or block. */
    private void give(Executor theirs, Runnable task) {
        try {
            theirs.execute(task);
        } catch (Throwable refused) {
            outcomes.execute(task);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    private static ThreadFactory named(String name, ThreadFactory threads) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = threads.newThread(task);
            thread.setName(name + "-" + number.incrementAndGet());
            return thread;
        };
    }

    /** One reading of both clocks, and the elapsed time at that moment. */
    private record Anchor(long mono, long wallMillis, long elapsed) {}
}
