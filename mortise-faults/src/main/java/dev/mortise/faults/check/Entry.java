package dev.mortise.faults.check;

import java.util.List;

/** C7. What acquire returns is valid, unless the process stood still or the clock was set on the way. */
final class Entry implements Checker {
    @Override
    public String rule() {
        return "C7 entry: acquire returns a valid lease, unless its process stood still or the clock was set";
    }

    @Override
    public List<String> violations(History history) {
        return history.holds().stream()
                .filter(hold -> hold.validAt() == 0 && hold.endedAt() > 0)
                .filter(hold -> history.faults().stream()
                        .noneMatch(fault -> (fault.worker().equals(hold.worker())
                                        || fault.fault().equals(FaultSpan.CLOCK_JUMP))
                                && fault.overlaps(hold.askedAt(), hold.gotAt())))
                .map(hold -> hold.lock() + ": " + hold + " was over when acquire returned")
                .toList();
    }
}
