package dev.mortise.cli.watch;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What comes first. */
enum WatchOrder {
    /** Most grants seen, then most waiters, then held at most of the looks. */
    BUSIEST('b', "busiest"),

    /** The longest wait. */
    WAIT('w', "longest wait"),

    /** The longest hold. */
    HOLD('h', "longest hold"),

    /** Most waiters. */
    QUEUE('l', "longest queue"),

    /** By name. */
    NAME('n', "name");

    private final char key;
    private final String title;

    WatchOrder(char key, String title) {
        this.key = key;
        this.title = title;
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
        Comparator<WatchedLock> byName =
                Comparator.comparing(lock -> lock.info().name());
        return switch (this) {
            case BUSIEST ->
                most(lock -> lock.grantsPerSecond().orElse(0))
                        .thenComparing(most(WatchOrder::waiters))
                        .thenComparing(most(WatchedLock::heldShare))
                        .thenComparing(byName);
            case WAIT ->
                Comparator.comparing((WatchedLock lock) -> lock.waitedForSince().orElse(Instant.MAX))
                        .thenComparing(byName);
            case HOLD ->
                Comparator.comparing((WatchedLock lock) -> lock.heldSince().orElse(Instant.MAX))
                        .thenComparing(byName);
            case QUEUE -> most(WatchOrder::waiters).thenComparing(byName);
            case NAME -> byName;
        };
    }

    /** The one after it, and after the last the first. */
    WatchOrder next() {
        return switch (this) {
            case BUSIEST -> WAIT;
            case WAIT -> HOLD;
            case HOLD -> QUEUE;
            case QUEUE -> NAME;
            case NAME -> BUSIEST;
        };
    }

    private static double waiters(WatchedLock lock) {
        return lock.info().waiters().size();
    }

    private static Comparator<WatchedLock> most(ToDoubleFunction<WatchedLock> figure) {
        return Comparator.comparingDouble(figure).reversed();
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
