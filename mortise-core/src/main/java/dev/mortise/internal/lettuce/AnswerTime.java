package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long an answer may take: a command time-out; and for requests of the first second of a connected client, until that
 * is over, however short the time-out is, because its first requests find cold code on both sides. Thread-safe.
 */
final class AnswerTime {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Time time;
    private final long timeoutNanos;

    /** When that second is over; written once, when connected. */
    private volatile long firstUntil;

    /** Whether it may last. Once false stays false. */
    private volatile boolean isFirst = true;

    AnswerTime(Time time, Duration timeout) {
        this.time = time;
        this.timeoutNanos = timeout.toNanos();
        this.firstUntil = time.nanos() + FIRST_NANOS;
    }

    /** The client is connected for the first time. */
    void connected() {
        firstUntil = time.nanos() + FIRST_NANOS;
    }

    /** For a request that is sent now, ns. */
    long nanos() {
        if (isFirst) {
            long left = firstUntil - time.nanos();
            isFirst = left > 0;
            return Math.max(timeoutNanos, left);
        }
        return timeoutNanos;
    }

    /** For a request that is sent now, ms. */
    long millis() {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos()));
    }
}
