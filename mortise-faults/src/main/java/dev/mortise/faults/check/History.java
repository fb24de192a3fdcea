package dev.mortise.faults.check;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run left behind.
 *
 * @param register what the fenced register accepted, in its order
 * @param counted increments of the unfenced counters, as the workers say
 * @param counters and what the counters say
 * @param keysLeft at the end, with all clients closed
 */
public record History(
        List<RecordedHold> holds,
        List<Miss> misses,
        List<RegisterEntry> register,
        List<FaultSpan> faults,
        List<Life> lives,
        long counted,
        long counters,
        List<String> keysLeft,
        Terms terms) {
    long leaseNanos() {
        return terms.leaseNanos();
    }

    Map<String, List<RecordedHold>> holdsByLock() {
        return holds.stream().collect(Collectors.groupingBy(RecordedHold::lock));
    }
}
