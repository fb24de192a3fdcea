package dev.mortise.cli.watch;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What comes first. */
enum WatchOrder {
    /** Most grants seen, then most waiters, then held at most of the looks. */
    BUSIEST(
            'b',
            "busiest",
            most(lock -> lock.grantsPerSecond().orElse(0))
                    .thenComparing(most(lock -> lock.info().waiters().size()))
                    .thenComparing(most(WatchedLock::heldShare))),

    /** The longest wait. */
    WAIT('w', "longest wait", oldest(lock -> lock.waitedForSince().orElse(Instant.MAX))),

    /** The longest hold. */
    HOLD('h', "longest hold", oldest(lock -> lock.heldSince().orElse(Instant.MAX))),

    /** Most waiters. */
    QUEUE('l', "longest queue", most(lock -> lock.info().waiters().size())),

    /** By name. */
    NAME('n', "name", Comparator.comparing(lock -> 0));

    private final char key;
    private final String title;
    private final Comparator<WatchedLock> order;

    WatchOrder(char key, String title, Comparator<WatchedLock> order) {
        this.key = key;
        this.title = title;
        this.order = order.thenComparing(lock -> lock.info().name());
    }

    /** The key that chooses it. */
    char key() {
        return key;
    }

    /** In words. */
    String title() {
        return title;
    }

    /** Equal locks come by name. */
    Comparator<WatchedLock> comparator() {
        return order;
    }

    /** The one after it, and after the last the first. */
    WatchOrder next() {
        return values()[(ordinal() + 1) % values().length];
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Comparator<WatchedLock> most(ToDoubleFunction<WatchedLock> figure) {
        return Comparator.comparingDouble(figure).reversed();
    }

    private static Comparator<WatchedLock> oldest(Function<WatchedLock, Instant> since) {
        return Comparator.comparing(since);
    }
}
