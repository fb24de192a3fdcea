package dev.mortise.internal.store;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What of one lock may be stale, as it was on record.
 *
 * @param stale by kind and id
 * @param fresh lease ids of the other holders and waiters
 */
public record FoundLeftovers(List<Leftover> stale, Set<String> fresh) {
    private static final Comparator<Leftover> ORDER =
            Comparator.comparing(Leftover::kind).thenComparing(Leftover::id);

    /** Copies both, and puts them in order. */
    public FoundLeftovers {
        stale = stale.stream().sorted(ORDER).toList();
        fresh = Set.copyOf(fresh);
    }
}
