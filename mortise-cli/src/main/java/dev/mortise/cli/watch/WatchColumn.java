package dev.mortise.cli.watch;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.cli.text.LockWords;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** A figure of a lock in a column of fixed width. Names come behind all of these: a terminal may take them for wider than they are. */
enum WatchColumn {
    /** How long the oldest hold has lasted. */
    HOLD("HOLD", 6),

    /** How long the oldest wait has lasted. */
    WAIT("WAIT", 6),

    /** How many wait. */
    QUEUE("QUEUE", 5),

    /** Grants a second that were seen; with a '>' when there may well have been more. */
    RATE("ACQ/S", 6),

    /** Of what kind it is, and how much of it is in use. */
    USE("USE", 10),

    /** At which part of the looks it was held. */
    SHARE("HELD%", 5);

    private final String title;
    private final int width;

    WatchColumn(String title, int width) {
        this.title = title;
        this.width = width;
    }

    String title() {
        return title;
    }

    int width() {
        return width;
    }

    /** @param now by the server's clock */
    String of(WatchedLock lock, Instant now) {
        return switch (this) {
            case HOLD -> span(lock.heldSince(), now);
            case WAIT -> span(lock.waitedForSince(), now);
            case QUEUE ->
                lock.info().waiters().isEmpty()
                        ? "-"
                        : Integer.toString(lock.info().waiters().size());
            case RATE -> rate(lock);
            case USE -> LockWords.use(lock.info());
            case SHARE -> Math.round(100 * lock.heldShare()) + "%";
        };
    }

    /** Who holds it, and how many more do. */
    static String holder(WatchedLock lock) {
        if (!lock.info().isLocked()) {
            return "";
        }
        LockInfo.Holder first = lock.info().holders().get(0);
        int others = lock.info().holders().size() - 1;
        return Printable.of(who(first.owner(), first.client(), first.label()))
                + (others > 0 ? " and " + others + " more" : "");
    }

    private static String who(String owner, ClientInfo client, String label) {
        return LockWords.who(owner, client, label);
    }

    private static String span(Optional<Instant> since, Instant now) {
        return since.map(begin -> ShortDuration.between(begin, now)).orElse("-");
    }

    static String rate(WatchedLock lock) {
        return lock.grantsPerSecond().isPresent()
                ? rate(lock.grantsPerSecond().getAsDouble(), lock.hasMoreGrants())
                : "";
    }

    static String rate(double perSecond, boolean hasMore) {
        String figure = String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
        return (hasMore ? ">" : "") + figure;
    }
}
