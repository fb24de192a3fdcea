package dev.mortise.benchmarks.measure;

import dev.mortise.benchmarks.rival.RivalLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread's part in a window: takes the lock again and again.
 *
 * @param handOffs from the release of another thread to this one's entry
 * @param violations entries while somebody was in
 */
public record Passes(long cycles, Latencies handOffs, long violations) {
    /** Blocks until the window is over. */
    public static Passes run(RivalLock lock, Board board, long me, long beginAt, long endAt, long holdNanos)
            throws InterruptedException {
        Latencies handOffs = new Latencies();
        long cycles = 0;
        long violations = 0;
        TimeUnit.NANOSECONDS.sleep(beginAt - System.nanoTime());
        while (System.nanoTime() < endAt) {
            lock.acquire();
            long now = System.nanoTime();
            violations += board.enter(me) ? 0 : 1;
            long from = board.releaser();
            if (from != 0 && from != me) {
                handOffs.record(now - board.releasedAt());
            }
            cycles++;
            if (holdNanos > 0) {
                LockSupport.parkNanos(holdNanos);
            }
            board.leave(me);
            lock.release();
        }
        return new Passes(cycles, handOffs, violations);
    }

    /** One line of text. */
    public String encode() {
        return cycles + " " + violations + " " + handOffs.encode();
    }

    public static Passes decode(String line) {
        String[] parts = line.split(" ", -1);
        return new Passes(Long.parseLong(parts[0]), Latencies.decode(parts[2]), Long.parseLong(parts[1]));
    }
}
