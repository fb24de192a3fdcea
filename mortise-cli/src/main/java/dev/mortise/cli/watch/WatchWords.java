package dev.mortise.cli.watch;

import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import java.time.Instant;
import java.util.Locale;

/** All locks in a few words. */
final class WatchWords {
    private WatchWords() {}

    /** How many are held and waited for, and how often they were granted. */
    static String counts(WatchBoard board) {
        return many(board.held()) + " held, " + many(board.waitedFor()) + " waited for by " + many(board.waiters())
                + rate(board);
    }

    /** Nothing after the first round: it takes two looks. */
    private static String rate(WatchBoard board) {
        if (board.last().filter(last -> last.number() > 1).isEmpty()) {
            return "";
        }
        double rate = board.grantsPerSecond();
        boolean hasMore = board.locks().stream().anyMatch(WatchedLock::hasMoreGrants);
        return ", " + WatchColumn.rate(rate, hasMore) + " acquires/s seen";
    }

    /** How many the last round looked at, and how many more there are. */
    static String extent(WatchBoard board) {
        return board.last()
                .map(last -> many(last.locks().size()) + " looked at" + more(board))
                .orElse("not looked yet");
    }

    private static String more(WatchBoard board) {
        long more = board.more();
        if (board.hasUnknown()) {
            return more == 0 ? ", and more" : ", and more than " + many(more) + " more";
        }
        return more == 0 ? "" : ", and " + many(more) + " more";
    }

    /** Why there is no answer, and since when. */
    static String failure(WatchBoard.Failure failure, Instant now) {
        return "out of date for " + ShortDuration.between(failure.since(), now) + ": "
                + Printable.of(failure.message());
    }

    static String many(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
