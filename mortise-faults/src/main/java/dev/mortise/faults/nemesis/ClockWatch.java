package dev.mortise.faults.nemesis;

import dev.mortise.faults.check.FaultSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Notices when the wall clock of the machine is set, or the machine was suspended: leases end early then, and on the server
 * all at once. Thread-safe.
 */
public final class ClockWatch implements AutoCloseable {
    private static final long JUMP = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long APART = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long EVERY_MILLIS = 20;

    private final List<FaultSpan> jumps = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "clock watch");

    public ClockWatch() {
        thread.setDaemon(true);
        thread.start();
    }

    public synchronized List<FaultSpan> jumps() {
        return List.copyOf(jumps);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        long last = 0;
        long lastAt = 0;
        try {
            while (true) {
                long before = System.nanoTime();
                long wall = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
                long now = System.nanoTime();
                if (now - before <= APART) {
                    long jump = wall - now - last;
                    if (lastAt != 0 && Math.abs(jump) > JUMP) {
                        add(jump, lastAt, now);
                    }
                    if (lastAt == 0 || Math.abs(jump) > JUMP) {
                        last = wall - now;
                    }
                    lastAt = now;
                }
                Thread.sleep(EVERY_MILLIS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void add(long jump, long from, long to) {
        jumps.add(new FaultSpan(FaultSpan.CLOCK_JUMP, jump / 1_000_000 + " ms", "", from, to, to));
    }
}
