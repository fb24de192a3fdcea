package dev.mortise.internal.interop;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who waits in this client for which lock, in order: the first of each line asks for all of them. Thread-safe, never blocks. */
final class WaitLines {
    /** By lock; never empty ones. Looked at and changed inside the map's own steps only. */
    private final ConcurrentMap<String, Line> lines = new ConcurrentHashMap<>();

    /** It stands in line from now on, and keeps its place. */
    void enter(String lock, String leaseId) {
        lines.compute(lock, (name, line) -> {
            Line all = line == null ? new Line() : line;
            all.ids.add(leaseId);
            return all;
        });
    }

    /** It stands there no longer; answers whether it did. */
    boolean leave(String lock, String leaseId) {
        boolean[] was = new boolean[1];
        lines.computeIfPresent(lock, (name, line) -> {
            was[0] = line.ids.remove(leaseId);
            return line.ids.isEmpty() ? null : line;
        });
        return was[0];
    }

    /** The one that asks. */
    Optional<String> first(String lock) {
        return seen(lock, line -> line.ids.iterator().next());
    }

    /** The one that asks, which is told that it is worth it. */
    Optional<String> tell(String lock) {
        return seen(lock, line -> {
            line.told++;
            return line.ids.iterator().next();
        });
    }

    /** How often that was so in this line. */
    long told(String lock) {
        return seen(lock, line -> line.told).orElse(0L);
    }

    private <T> Optional<T> seen(String lock, Function<Line, T> look) {
        AtomicReference<@Nullable T> seen = new AtomicReference<>();
        lines.computeIfPresent(lock, (name, line) -> {
            seen.set(look.apply(line));
            return line;
        });
        return Optional.ofNullable(seen.get());
    }

    boolean isEmpty(String lock) {
        return !lines.containsKey(lock);
    }

    /** Those that wait for one lock. */
    private static final class Line {
        private final LinkedHashSet<String> ids = new LinkedHashSet<>();
        private long told;
    }
}
