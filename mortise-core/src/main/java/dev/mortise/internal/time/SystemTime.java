package dev.mortise.internal.time;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real clocks and threads: one timer thread, up to 16 callback threads, and one for each
 * connection that is being opened in the background; all daemons, made when first used. */
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
    private static final long APART_NANOS = JUMP_NANOS / 2;
    private static final int CALLBACK_THREADS = 16;
    private static final Logger log = LoggerFactory.getLogger(SystemTime.class);

    private final LongSupplier monotonic;
    private final LongSupplier wallMillis;
    private final AtomicReference<Anchor> anchor;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor callbacks;
    private final ThreadPoolExecutor background;

    public SystemTime(String clientName) {
        this(clientName, System::nanoTime, System::currentTimeMillis);
    }

    SystemTime(String clientName, LongSupplier monotonic, LongSupplier wallMillis) {
        this.monotonic = monotonic;
        this.wallMillis = wallMillis;
        this.anchor = new AtomicReference<>(new Anchor(monotonic.getAsLong(), wallMillis.getAsLong(), 0));
        this.timer = new ScheduledThreadPoolExecutor(1, daemons("mortise-timer-" + clientName));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.callbacks = new ThreadPoolExecutor(
                CALLBACK_THREADS,
                CALLBACK_THREADS,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                daemons("mortise-callback-" + clientName));
        callbacks.allowCoreThreadTimeOut(true);
        this.background = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemons("mortise-background-" + clientName));
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
        if (timer.isShutdown()) {
            return () -> {};
        }
        ScheduledFuture<?> future;
        try {
            future = timer.schedule(() -> run(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closedMeanwhile) {
            return () -> {};
        }
        return () -> future.cancel(false);
    }

    @Override
    public Executor callbacks() {
        return callbacks;
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
        timer.shutdownNow();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("A timed task failed; please report this", e);
            throw e;
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** One reading of both clocks, and the elapsed time at that moment. */
    private record Anchor(long mono, long wallMillis, long elapsed) {}
}
