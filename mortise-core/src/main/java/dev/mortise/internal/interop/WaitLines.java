package dev.mortise.internal.interop;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Who waits in this client for which lock, in order: the first of each line asks for all of them. Thread-safe, never blocks. */
final class WaitLines {
    /** Lease ids by lock; never empty ones. Changed inside the map's own steps only. */
    private final ConcurrentMap<String, LinkedHashSet<String>> lines = new ConcurrentHashMap<>();

    /** It stands in line from now on, and keeps its place. */
    void enter(String lock, String leaseId) {
        lines.compute(lock, (name, line) -> {
            LinkedHashSet<String> all = line == null ? new LinkedHashSet<>() : line;
            all.add(leaseId);
            return all;
        });
    }

    /** It stands there no longer; answers whether it did. */
    boolean leave(String lock, String leaseId) {
        boolean[] was = new boolean[1];
        lines.computeIfPresent(lock, (name, line) -> {
            was[0] = line.remove(leaseId);
            return line.isEmpty() ? null : line;
        });
        return was[0];
    }

    /** The one that asks. */
    Optional<String> first(String lock) {
        @Nullable String[] first = new String[1];
        lines.computeIfPresent(lock, (name, line) -> {
            first[0] = line.iterator().next();
            return line;
        });
        return Optional.ofNullable(first[0]);
    }

    boolean isEmpty(String lock) {
        return !lines.containsKey(lock);
    }
}
