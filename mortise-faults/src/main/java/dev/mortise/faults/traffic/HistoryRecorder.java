package dev.mortise.faults.traffic;

import dev.mortise.faults.check.Miss;
import dev.mortise.faults.check.RecordedHold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes holds and misses of the lines of all workers. Thread-safe: every method takes the monitor. */
final class HistoryRecorder {
    private final List<RecordedHold> holds = new ArrayList<>();
    private final List<Miss> misses = new ArrayList<>();
    private final List<String> strays = new ArrayList<>();
    private final Map<String, Long> asked = new HashMap<>();
    private final Map<String, Long> queued = new HashMap<>();
    private final Map<String, RecordedHold> open = new HashMap<>();
    private long counted;

    synchronized void line(String worker, String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "asked" -> {
                asked.put(words[1], Long.parseLong(words[3]));
                queued.remove(words[1]);
            }
            case "queued" -> queued.put(words[1], Long.parseLong(words[3]));
            case "got" -> open.put(words[1], got(worker, words));
            case "valid" -> open.computeIfPresent(words[1], (thread, hold) -> hold.valid(Long.parseLong(words[3])));
            case "missed" ->
                misses.add(new Miss(
                        worker,
                        words[1],
                        words[2],
                        asked.getOrDefault(words[1], 0L),
                        Long.parseLong(words[4]),
                        words[3]));
            case "counted" -> counted++;
            case "ended" -> ended(words);
            default -> strays.add(worker + ": " + line);
        }
    }

    /** The worker's process is gone; what it held then it held until it died, as far as is known. */
    synchronized void died(String worker) {
        open.values().removeIf(hold -> hold.worker().equals(worker) && holds.add(hold));
    }

    synchronized List<RecordedHold> holds() {
        return List.copyOf(holds);
    }

    synchronized List<Miss> misses() {
        return List.copyOf(misses);
    }

    /** Lines that mean nothing: stack traces, mostly. */
    synchronized List<String> strays() {
        return List.copyOf(strays);
    }

    synchronized long counted() {
        return counted;
    }

    private RecordedHold got(String worker, String[] words) {
        long at = Long.parseLong(words[5]);
        long askedAt = asked.getOrDefault(words[1], at);
        long queuedAt = queued.getOrDefault(words[1], 0L);
        return new RecordedHold(
                worker,
                words[1],
                words[2],
                words[3],
                Long.parseLong(words[4]),
                askedAt,
                queuedAt > askedAt && queuedAt < at ? queuedAt : 0,
                at,
                Long.parseLong(words[6]),
                0,
                "");
    }

    private void ended(String[] words) {
        RecordedHold hold = open.remove(words[1]);
        if (hold != null) {
            holds.add(hold.valid(Long.parseLong(words[3])).ended(Long.parseLong(words[5]), words[4]));
        }
    }
}
