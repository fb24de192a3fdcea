package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Board;
import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads of several clients that want one lock. Two hold it for so long that the other one waits meanwhile; of more, some
 * wait anyway, and holding it would only let them ask more often whether it is their turn. Nobody asks for it
 * again before somebody else has got it, so each release hands it on, also where a lock would let the same thread barge in.
 */
final class InTurn implements Cycle {
    /*
     * A queue of many is kept between two windows, by whoever holds the lock as the window ends. Two clients stop before
     * they ask, so that nobody polls for a lock while others are measured.
     */
    private static final long HELD = TimeUnit.MICROSECONDS.toNanos(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SETTLE = Duration.ofMillis(300);
    private static final long STACK = 256 * 1024;

    private final List<Rival> clients;
    private final List<Thread> threads = new ArrayList<>();
    private final Board board = Board.ofOneJvm();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Whether whoever waits goes on doing so between two windows. */
    private final boolean keepsQueue;

    // Guarded by this.
    private boolean running;
    private boolean ended;
    private long entries;
    private int stopped;

    /** So many threads as wait at a time, and one. */
    InTurn(List<Rival> clients, int waiters) throws InterruptedException {
        this.clients = clients;
        this.keepsQueue = waiters > 1;
        for (int i = 0; i <= waiters; i++) {
            RivalLock lock = clients.get(i % clients.size()).lock("in-turn");
            long me = i + 1L;
            Thread thread = new Thread(null, () -> participate(lock, me), "in-turn-" + me, STACK);
            thread.setDaemon(true);
            threads.add(thread);
        }
        try {
            threads.forEach(Thread::start);
            awaitStop();
            awaitQueue();
        } catch (InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public long run(long nanos) throws InterruptedException {
        long before = go();
        TimeUnit.NANOSECONDS.sleep(nanos);
        long cycles = awaitStop() - before;
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a thread failed", failed);
        }
        return Math.max(1, cycles);
    }

    /** Nobody waits any longer afterwards, or not for long. */
    @Override
    public void close() {
        synchronized (this) {
            ended = true;
            running = true;
            notifyAll();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clients.forEach(Rival::close);
    }

    private void participate(RivalLock lock, long me) {
        try {
            while (mayAsk()) {
                lock.acquire();
                boolean alone = board.enter(me);
                long mine = entered();
                if (!keepsQueue) {
                    LockSupport.parkNanos(HELD);
                }
                board.leave(me);
                lock.release();
                if (!alone) {
                    throw new IllegalStateException("held twice");
                }
                awaitAnother(mine);
            }
        } catch (InterruptedException | RuntimeException e) {
            if (!isEnded()) {
                failure.compareAndSet(null, e);
            }
        }
    }

    private synchronized boolean mayAsk() throws InterruptedException {
        if (!keepsQueue) {
            stopHere();
        }
        return !ended;
    }

    /** The number of this entry. */
    private synchronized long entered() throws InterruptedException {
        if (keepsQueue) {
            stopHere();
        }
        entries++;
        notifyAll();
        return entries;
    }

    private void stopHere() throws InterruptedException {
        assert Thread.holdsLock(this);
        stopped++;
        notifyAll();
        while (!running) {
            wait();
        }
        stopped--;
    }

    private synchronized void awaitAnother(long mine) throws InterruptedException {
        while (entries == mine && !ended && (running || keepsQueue)) {
            wait();
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    /** Entries so far. */
    private synchronized long go() {
        running = true;
        notifyAll();
        return entries;
    }

    /** Entries so far, of which none is under way any longer. */
    private synchronized long awaitStop() throws InterruptedException {
        running = false;
        notifyAll();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (stopped < (keepsQueue ? 1 : threads.size()) && failure.get() == null) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException("nobody got the lock within " + PATIENCE);
            }
            wait(Math.min(left, 100));
        }
        return entries;
    }

    private void awaitQueue() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!threads.stream().allMatch(InTurn::isWaiting)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not all of them waited within " + PATIENCE);
            }
            Thread.sleep(10);
        }
        if (keepsQueue) {
            // A thread waits before the server knows of it.
            Thread.sleep(SETTLE.toMillis());
        }
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }
}
