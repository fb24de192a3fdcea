package dev.mortise.internal.store;

import java.util.List;

/**
 * What the register of waits says to an owner, at one moment.
 *
 * @param records of the owners that it waits for, directly or not, and that wait themselves; its own is not among them
 * @param isComplete false when there are more than are looked at in one request
 */
public record Waits(List<WaitRecord> records, boolean isComplete) {
    /** It waits for no owner that waits itself. */
    public static final Waits NONE = new Waits(List.of(), true);

    /** Copies the list. */
    public Waits {
        records = List.copyOf(records);
    }
}
