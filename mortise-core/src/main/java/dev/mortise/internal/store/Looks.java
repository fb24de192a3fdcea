package dev.mortise.internal.store;

import dev.mortise.internal.runtime.Time;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** When this client last looked after which lock: however many ask for it, that is done now and then. Thread-safe. */
public final class Looks {
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(5);

    /** With so many locks, those are forgotten that may be looked after again. */
    private static final int MANY = 1024;

    private final Time time;
    private final ConcurrentMap<String, Long> next = new ConcurrentHashMap<>();

    public Looks(Time time) {
        this.time = time;
    }

    /** Whether it is time to look after that lock; if it is, the caller does. */
    public boolean isDue(String lock) {
        long now = time.nanos();
        if (next.size() >= MANY) {
            next.values().removeIf(when -> when <= now);
        }
        Long due = next.get(lock);
        if (due == null) {
            return next.putIfAbsent(lock, now + PERIOD) == null;
        }
        return now >= due && next.replace(lock, due, now + PERIOD);
    }
}
