package dev.mortise.faults.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** C2. At no moment do two leases of one lock count as valid by their holders' own clocks. */
final class Exclusion implements Checker {
    @Override
    public String rule() {
        return "C2 exclusion: no two holders valid at once by their own clocks";
    }

    @Override
    public List<String> violations(History history) {
        List<String> found = new ArrayList<>();
        history.holdsByLock().forEach((lock, holds) -> {
            List<RecordedHold> sorted = new ArrayList<>(holds);
            sorted.removeIf(hold -> hold.validAt() == 0);
            sorted.sort(Comparator.comparingLong(RecordedHold::gotAt));
            for (int i = 1; i < sorted.size(); i++) {
                RecordedHold latest = sorted.get(i - 1);
                RecordedHold next = sorted.get(i);
                if (next.gotAt() < latest.validAt()) {
                    found.add(lock + ": " + next + " entered " + (latest.validAt() - next.gotAt()) / 1000
                            + " us before " + latest + " was last valid");
                }
                if (next.validAt() < latest.validAt()) {
                    sorted.set(i, latest);
                }
            }
        });
        return found;
    }
}
