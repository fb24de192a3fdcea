package dev.mortise.faults.report;

import dev.mortise.faults.check.FaultSpan;
import dev.mortise.faults.check.History;
import dev.mortise.faults.check.Miss;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One run.
 *
 * @param queued how many of the holds are known to have stood in the queue before
 * @param neverValid how many were over when acquire returned, or their process was killed at once
 * @param disorders what is wrong with the run itself: workers that ended by themselves
 */
public record Summary(
        String date,
        String deployment,
        boolean localHandOff,
        long seed,
        long leaseMillis,
        long seconds,
        int workers,
        long holds,
        long queued,
        long neverValid,
        Map<String, Long> outcomes,
        Map<String, Long> misses,
        Map<String, Long> faults,
        long lostUpdatesUnfenced,
        List<Verdict> verdicts,
        List<String> disorders) {

    public static Summary of(
            String date,
            String deployment,
            long seed,
            long seconds,
            int workers,
            History history,
            List<String> disorders) {
        return new Summary(
                date,
                deployment,
                history.terms().localHandOff(),
                seed,
                history.terms().leaseNanos() / 1_000_000,
                seconds,
                workers,
                history.holds().size(),
                history.holds().stream().filter(hold -> hold.queuedAt() > 0).count(),
                history.holds().stream().filter(hold -> hold.validAt() == 0).count(),
                count(history.holds(), hold -> hold.outcome().isEmpty() ? "(killed)" : hold.outcome()),
                count(history.misses(), Miss::why),
                count(history.faults(), FaultSpan::fault),
                history.counted() - history.counters(),
                Verdict.of(history),
                disorders);
    }

    public boolean passed() {
        return holds > 0
                && disorders.isEmpty()
                && verdicts.stream().allMatch(verdict -> verdict.violations().isEmpty());
    }

    private static <T> Map<String, Long> count(List<T> all, Function<T, String> by) {
        return all.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
    }
}
