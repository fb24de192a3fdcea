package dev.mortise.internal.script;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records of the register of waits, put together from where they are stored: in one place an owner and what it wants, in others
 * the locks and who holds them. Not thread-safe.
 */
final class GatheredWaits {
    /** By owner, without what it holds; the first that was found counts. */
    private final Map<String, WaitRecord> records = new LinkedHashMap<>();

    /** What owners hold, by the owner and the version of its record, and then by the lock and the hold. */
    private final Map<Claim, Map<List<String>, Held>> holds = new LinkedHashMap<>();

    private record Claim(String owner, long version) {}

    /**
     * An owner was found.
     *
     * @return false if it was before
     */
    boolean add(WaitRecord record) {
        return records.putIfAbsent(record.owner(), record) == null;
    }

    /**
     * A line of the list of a lock was found.
     *
     * @param line an owner, the version of its record, a hold id, permits and since when, parted by tabs
     */
    void add(String lock, String line) {
        String[] words = line.split("\t", -1);
        holds.computeIfAbsent(new Claim(words[0], Long.parseLong(words[1])), claim -> new LinkedHashMap<>())
                .putIfAbsent(
                        List.of(lock, words[2]),
                        new Held(lock, words[2], Long.parseLong(words[3]), Long.parseLong(words[4])));
    }

    int size() {
        return records.size();
    }

    /** All owners that were found, each with what was found of its holds. */
    List<WaitRecord> all() {
        return records.values().stream()
                .map(record -> record.with(
                        record.wanted(),
                        List.copyOf(holds.getOrDefault(new Claim(record.owner(), record.version()), Map.of())
                                .values())))
                .toList();
    }
}
