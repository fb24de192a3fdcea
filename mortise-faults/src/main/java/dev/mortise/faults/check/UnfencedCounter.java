package dev.mortise.faults.check;

import java.util.List;

/**
 * C5. A resource that knows no tokens loses an update only if a process stood still, or died, between looking at its lease
 * and writing.
 */
final class UnfencedCounter implements Checker {
    static final List<String> EXCUSES = List.of("worker-stop", FaultSpan.WORKER_KILL);

    @Override
    public String rule() {
        return "C5 unfenced counter: exact, unless workers stood still or died";
    }

    @Override
    public List<String> violations(History history) {
        boolean excused = history.faults().stream().map(FaultSpan::fault).anyMatch(EXCUSES::contains);
        return excused || history.counted() == history.counters()
                ? List.of()
                : List.of("the counters say " + history.counters() + ", their writers " + history.counted());
    }
}
