package dev.mortise.internal.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads for what may block. Refuses nothing and loses nothing. Thread-safe. */
final class GrowingPool implements Executor {
    /*
     * A thread is started for each task that finds none idle, up to a number that is enough for many short ones; beyond
     * that they queue. If none was taken from the queue for a while, all threads block, and as many more as there are
     * are started, without a limit: what one of them waits for may be what another task brings.
     *
     * A thread that cannot be started now is tried again after the same while. No error of a task ends a thread, and one
     * thread is kept while the client is open, as there may be none to be had when something comes.
     */
    private static final Logger log = LoggerFactory.getLogger(GrowingPool.class);

    /** How long all threads may take nothing from the queue before more are started, ns. */
    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long a thread without work stays, ns. */
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

    private final ThreadFactory factory;
    private final int atOnce;
    private final int kept;
    private final DelayedRun timer;
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition work = guard.newCondition();

    // All that follows is guarded by guard.
    /** What no thread has taken yet, oldest first. */
    private final Queue<Runnable> queue = new ArrayDeque<>();

    /** Those that run, or were counted and are just being started. */
    private int threads;

    /** Those of them that wait for a task. */
    private int idle;

    /** How many tasks were taken from the queue, and how many had been at the last look. */
    private long taken;

    private long takenBefore;

    /** Whether a look at the queue is due. */
    private boolean looking;

    /** Once true stays true: what is left is done, and all threads end. */
    private boolean closed;

    /**
     * @param factory may throw
     * @param atOnce up to how many threads are started without looking whether the others block
     * @param kept how many stay when there is nothing to do: 0 or 1
     * @param timer runs something after {@link #LOOK_EVERY}; not asked any more after {@link #close()}
     */
    GrowingPool(ThreadFactory factory, int atOnce, int kept, DelayedRun timer) {
        this.factory = factory;
        this.atOnce = atOnce;
        this.kept = kept;
        this.timer = timer;
    }

    @Override
    public void execute(Runnable task) {
        boolean starts = false;
        guard.lock();
        try {
            queue.add(task);
            if (idle >= queue.size()) {
                work.signal();
            } else if (threads < atOnce) {
                threads++;
                starts = true;
            }
        } finally {
            guard.unlock();
        }
        if (starts) {
            start();
        }
        lookLater();
    }

    /** Threads end when they have nothing to do. */
    void close() {
        guard.lock();
        try {
            closed = true;
            looking = false;
            work.signalAll();
        } finally {
            guard.unlock();
        }
        lookLater();
    }

    /** The caller has counted it. */
    private void start() {
        try {
            factory.newThread(this::work).start();
        } catch (Throwable e) {
            guard.lock();
            try {
                threads--;
            } finally {
                guard.unlock();
            }
            tell("No thread to be had for what is due; it is tried again", e);
        }
    }

    /** Has the queue looked at after a while, unless that is under way, or threads enough wait for what is in it. */
    private void lookLater() {
        boolean byThread;
        guard.lock();
        try {
            if (looking || queue.size() <= idle) {
                return;
            }
            looking = true;
            takenBefore = taken;
            byThread = closed;
        } finally {
            guard.unlock();
        }
        try {
            if (byThread) {
                factory.newThread(this::watch).start();
            } else {
                timer.run(LOOK_EVERY, this::look);
            }
        } catch (Throwable e) {
            guard.lock();
            try {
                looking = false;
            } finally {
                guard.unlock();
            }
            tell("Nobody to look whether callbacks block; whatever comes next looks again", e);
        }
    }

    /** As many threads more as there are, if none has taken anything; or one, if there is none. */
    private void look() {
        int missing;
        guard.lock();
        try {
            looking = false;
            boolean blocked = taken == takenBefore || threads == 0;
            missing = blocked ? Math.min(queue.size() - idle, Math.max(1, threads)) : 0;
            threads += Math.max(0, missing);
        } finally {
            guard.unlock();
        }
        for (int i = 0; i < missing; i++) {
            start();
        }
        lookLater();
    }

    /** After the end of the timer. */
    private void watch() {
        LockSupport.parkNanos(this, LOOK_EVERY);
        look();
    }

    /** The life of one thread: an error of a task, or of the logging of that, ends nothing. */
    private void work() {
        while (true) {
            try {
                Runnable task = next();
                if (task == null) {
                    return;
                }
                // What was meant for the one before is none of this one's.
                Thread.interrupted();
                task.run();
            } catch (Throwable e) {
                tell("A callback failed", e);
            }
        }
    }

    /** Null when this thread is to end. */
    private @Nullable Runnable next() {
        guard.lock();
        idle++;
        try {
            long left = IDLE;
            while (queue.isEmpty()) {
                if (threads <= kept && !closed) {
                    work.awaitUninterruptibly();
                } else if (left <= 0) {
                    threads--;
                    return null;
                } else {
                    left = await(left);
                }
            }
            taken++;
            return queue.remove();
        } finally {
            idle--;
            guard.unlock();
        }
    }

    /** An interrupt that was meant for a callback is none of ours. */
    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private long await(long nanos) {
        try {
            return work.awaitNanos(nanos);
        } catch (InterruptedException e) {
            return nanos;
        }
    }

    /** As far as it can be told: there may be no memory for it. */
    private static void tell(String what, Throwable e) {
        try {
            log.warn(what, e);
        } catch (Throwable noMemoryForThat) {
            // The next one is told.
        }
    }

    /** A timer. */
    interface DelayedRun {
        void run(long delayNanos, Runnable task);
    }
}
