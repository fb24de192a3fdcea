package dev.mortise.internal.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What the register of waits says to an owner. A register with many in it is asked several times for it, so each record is as
 * it was at a moment of its own.
 *
 * @param records of the owners that it waits for, directly or not, and that wait themselves; its own is not among them
 * @param certain those of these owners whose records were refreshed so lately that none of their leases has gone on since
 * @param isComplete false when there are more than are looked at
 */
public record Waits(List<WaitRecord> records, Set<String> certain, boolean isComplete) {
    /** The most records of one answer. */
    public static final int MOST_RECORDS = 512;

    /** It waits for no owner that waits itself. */
    public static final Waits NONE = new Waits(List.of(), Set.of(), true);

    /** Copies the lists. */
    public Waits {
        records = List.copyOf(records);
        certain = Set.copyOf(certain);
    }

    /** Those of these records that may be older than what their owners have; that one counts as certain. */
    public List<WaitRecord> doubtful(Collection<WaitRecord> among, String sure) {
        return among.stream()
                .filter(record -> !record.owner().equals(sure) && !certain.contains(record.owner()))
                .toList();
    }
}
