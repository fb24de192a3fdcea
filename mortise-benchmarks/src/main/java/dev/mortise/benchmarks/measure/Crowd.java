package dev.mortise.benchmarks.measure;

import dev.mortise.benchmarks.rival.RivalLock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What threads of one JVM did in a window: each takes its lock again and again, at least once.
 *
 * @param cycles of each thread, those that were entered in the window
 * @param late entries after the window by those who waited as it ended
 * @param violations entries while somebody was in
 * @param waits from the call of acquire to the entry, late ones included
 */
public record Crowd(List<Long> cycles, long late, long violations, Latencies waits) {
    public Crowd {
        cycles = List.copyOf(cycles);
    }

    /** A thread's place: its lock, what watches over it, and the thread's number, from 1. */
    public record Post(RivalLock lock, Board board, long me) {}

    /** A thread a post. Blocks until the window is over and everybody is out. */
    public static Crowd run(List<Post> posts, long beginAt, long endAt) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(posts.size());
        try {
            List<Callable<Crowd>> tasks = new ArrayList<>();
            posts.forEach(post -> tasks.add(() -> one(post, beginAt, endAt)));
            Crowd all = new Crowd(List.of(), 0, 0, new Latencies());
            for (Future<Crowd> thread : threads.invokeAll(tasks)) {
                all = all.plus(thread.get());
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a thread failed", e.getCause());
        } finally {
            threads.shutdown();
        }
    }

    private static Crowd one(Post post, long beginAt, long endAt) throws InterruptedException {
        Latencies waits = new Latencies();
        long cycles = 0;
        long late = 0;
        long violations = 0;
        TimeUnit.NANOSECONDS.sleep(beginAt - System.nanoTime());
        long asked = System.nanoTime();
        do {
            post.lock().acquire();
            long entered = System.nanoTime();
            violations += post.board().enter(post.me()) ? 0 : 1;
            waits.record(entered - asked);
            if (entered < endAt) {
                cycles++;
            } else {
                late++;
            }
            post.board().leave(post.me());
            post.lock().release();
            asked = System.nanoTime();
        } while (asked < endAt);
        return new Crowd(List.of(cycles), late, violations, waits);
    }

    /** Both together. */
    public Crowd plus(Crowd other) {
        List<Long> both = new ArrayList<>(cycles);
        both.addAll(other.cycles);
        Latencies sum = new Latencies();
        sum.add(waits);
        sum.add(other.waits);
        return new Crowd(both, late + other.late, violations + other.violations, sum);
    }

    /** In the window, of all threads. */
    public long sum() {
        return cycles.stream().mapToLong(Long::longValue).sum();
    }

    /** In the window and after it. */
    public long entries() {
        return sum() + late;
    }

    /** A second, of all threads; one cycle is taken for none, so that ratios are numbers. */
    public double rate(long windowNanos) {
        return Math.max(1, sum()) * 1e9 / windowNanos;
    }

    public long slowest() {
        return Collections.min(cycles);
    }

    /** Cycles of the slowest over those of the fastest thread; 0 = somebody got none. */
    public double fairness() {
        return fairness(cycles);
    }

    /** The least over the most; 0 when the most is 0. */
    public static double fairness(List<Long> cycles) {
        return (double) Collections.min(cycles) / Math.max(1, Collections.max(cycles));
    }

    /**
     * Looks at mutual exclusion.
     *
     * @param who is blamed
     * @param count what the board counted
     * @throws IllegalStateException when it did not hold
     */
    public void check(Object who, long count) {
        if (violations > 0 || count != entries()) {
            throw new IllegalStateException(who + " does not exclude: " + violations + " entries while held, "
                    + (entries() - count) + " lost updates");
        }
    }

    /** One line of text. */
    public String encode() {
        String each = cycles.stream().map(String::valueOf).collect(Collectors.joining(","));
        return each + " " + late + " " + violations + " " + waits.encode();
    }

    public static Crowd decode(String line) {
        String[] parts = line.split(" ", -1);
        List<Long> cycles = new ArrayList<>();
        for (String each : parts[0].split(",", -1)) {
            cycles.add(Long.valueOf(each));
        }
        return new Crowd(cycles, Long.parseLong(parts[1]), Long.parseLong(parts[2]), Latencies.decode(parts[3]));
    }
}
