package dev.mortise.benchmarks.measure;

import dev.mortise.benchmarks.rival.ReadWriteRival;
import dev.mortise.benchmarks.rival.RivalLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What threads of one JVM did in a window, each reading nine times of ten and writing once, at least one of them.
 *
 * @param cycles entered in the window
 * @param late entries after the window by those who waited as it ended
 * @param reads from the call of acquire to the entry, late ones included
 * @param writes the same
 */
public record ReadersWriters(long cycles, long late, Latencies reads, Latencies writes) {
    private static final int READS_OF_TEN = 9;

    /** Who takes part, for how long the lock is held, and when the window is. */
    public record Window(int threads, long holdNanos, long beginAt, long endAt) {}

    /** Blocks until the window is over and everybody is out. */
    public static ReadersWriters run(ReadWriteRival rival, String name, ReadWriteWatch watch, Window window)
            throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(window.threads());
        try {
            List<Callable<ReadersWriters>> tasks = new ArrayList<>();
            for (int i = 0; i < window.threads(); i++) {
                Random random = new Random(i);
                tasks.add(() -> one(rival.readLock(name), rival.writeLock(name), watch, window, random));
            }
            ReadersWriters all = new ReadersWriters(0, 0, new Latencies(), new Latencies());
            for (Future<ReadersWriters> thread : threads.invokeAll(tasks)) {
                all = all.plus(thread.get());
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread failed", e.getCause());
        } finally {
            threads.shutdown();
        }
    }

    private static ReadersWriters one(
            RivalLock reading, RivalLock writing, ReadWriteWatch watch, Window window, Random random)
            throws InterruptedException {
        Latencies reads = new Latencies();
        Latencies writes = new Latencies();
        long cycles = 0;
        long late = 0;
        TimeUnit.NANOSECONDS.sleep(window.beginAt() - System.nanoTime());
        long asked = System.nanoTime();
        do {
            boolean write = random.nextInt(10) >= READS_OF_TEN;
            RivalLock lock = write ? writing : reading;
            lock.acquire();
            long entered = System.nanoTime();
            watch.enter(write);
            (write ? writes : reads).record(entered - asked);
            if (entered < window.endAt()) {
                cycles++;
            } else {
                late++;
            }
            if (window.holdNanos() > 0) {
                LockSupport.parkNanos(window.holdNanos());
            }
            watch.leave(write);
            lock.release();
            asked = System.nanoTime();
        } while (asked < window.endAt());
        return new ReadersWriters(cycles, late, reads, writes);
    }

    private ReadersWriters plus(ReadersWriters other) {
        reads.add(other.reads);
        writes.add(other.writes);
        return new ReadersWriters(cycles + other.cycles, late + other.late, reads, writes);
    }

    /** In the window and after it. */
    public long entries() {
        return cycles + late;
    }

    /** A second; one cycle is taken for none, so that ratios are numbers. */
    public double rate(long windowNanos) {
        return Math.max(1, cycles) * 1e9 / windowNanos;
    }
}
