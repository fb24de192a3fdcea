package dev.mortise.internal.insight;

import java.util.LinkedHashSet;

/** The names that were met last, so that one which comes again is known. Not thread-safe. */
public final class RecentNames {
    private final int most;
    private final LinkedHashSet<String> names = new LinkedHashSet<>();

    /** @param most how many are remembered */
    public RecentNames(int most) {
        this.most = most;
    }

    /** Whether it was not met just before; it is from now on. */
    public boolean add(String name) {
        if (!names.add(name)) {
            return false;
        }
        if (names.size() > most) {
            names.remove(names.iterator().next());
        }
        return true;
    }
}
