package dev.mortise.internal.runtime;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that runs tasks when they are due. No error ends it for good, and none takes what is scheduled with it. */
final class LastingTimer {
    /*
     * Overview. A pool of one thread does the work. Three things may end that thread or the timer, and none does:
     *
     *   a task throws              it is logged, and the thread goes on: see Timed.
     *   the thread dies of an      before it ends, it has the pool start another one: see succeed(). The tasks are in the queue
     *   error between two tasks    of the pool, and stay there.
     *   no thread can be started   the old one stays until one can be. A task that was queued is taken as scheduled, because
     *                              the next thread finds it.
     */
    private static final Logger log = LoggerFactory.getLogger(LastingTimer.class);

    /** Between two attempts to start a thread, ns. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Pool pool;

    /** Starts the thread, so that there is one when no more can be had. */
    LastingTimer(ThreadFactory factory) {
        this.pool = new Pool(task -> factory.newThread(() -> {
            try {
                task.run();
            } finally {
                succeed();
            }
        }));
        pool.prestartCoreThread();
    }

    /** Runs it once; after {@link #close()} it is dropped. */
    Time.Timer schedule(long delayNanos, Runnable task) {
        if (pool.isShutdown()) {
            return () -> {};
        }
        Timed timed = new Timed(task);
        try {
            pool.schedule(timed, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closedMeanwhile) {
            return () -> {};
        } catch (Error e) {
            // There is no thread and none to be had. What is in the queue runs when there is, see succeed.
            if (!pool.getQueue().contains(timed.future)) {
                throw e;
            }
        }
        return timed;
    }

    /** What is scheduled is dropped; a task that runs just now is interrupted. */
    void close() {
        pool.shutdownNow();
    }

    /** The thread was ended by an error. It stays until there is another one. */
    private void succeed() {
        while (!pool.isShutdown()) {
            try {
                if (pool.getPoolSize() > 0 || pool.prestartCoreThread()) {
                    return;
                }
            } catch (Throwable none) {
                LockSupport.parkNanos(this, PAUSE);
            }
        }
    }

    private static final class Timed implements Runnable, Time.Timer {
        private final Runnable task;

        /** Set before another thread sees this. */
        private volatile @Nullable RunnableScheduledFuture<?> future;

        private Timed(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.run();
            } catch (Throwable e) {
                try {
                    log.error("A timed task failed; please report this", e);
                } catch (Throwable noMemoryForThat) {
                    // The next one is told.
                }
            }
        }

        @Override
        public void cancel() {
            RunnableScheduledFuture<?> scheduled = future;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }

    private static final class Pool extends ScheduledThreadPoolExecutor {
        private Pool(ThreadFactory factory) {
            super(1, factory);
            setRemoveOnCancelPolicy(true);
            setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }

        @Override
        protected <V> RunnableScheduledFuture<V> decorateTask(Runnable runnable, RunnableScheduledFuture<V> task) {
            if (runnable instanceof Timed timed) {
                timed.future = task;
            }
            return task;
        }
    }
}
