package dev.mortise.benchmarks.measure;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Watches over a read-write lock of one JVM. Thread-safe. */
public final class ReadWriteWatch {
    private static final int WRITER = -1_000_000;

    /** Readers inside, or WRITER. */
    private final AtomicInteger inside = new AtomicInteger();

    private final AtomicLong violations = new AtomicLong();

    public void enter(boolean write) {
        boolean allowed = write ? inside.compareAndSet(0, WRITER) : inside.incrementAndGet() > 0;
        if (!allowed) {
            violations.incrementAndGet();
        }
    }

    /** To be called right before the lock is released. */
    public void leave(boolean write) {
        if (write) {
            inside.compareAndSet(WRITER, 0);
        } else {
            inside.decrementAndGet();
        }
    }

    /**
     * Looks at exclusion.
     *
     * @throws IllegalStateException when it did not hold
     */
    public void check(Object who) {
        if (violations.get() > 0) {
            throw new IllegalStateException(who + " does not exclude: " + violations + " entries while held");
        }
    }
}
