package dev.mortise.cli.watch;

import java.time.Duration;

/**
 * What the command line says.
 *
 * @param pattern which locks
 * @param interval from the beginning of one round to that of the next
 * @param most the most locks that one round lists
 * @param rounds the watch ends after so many; {@link #ENDLESS} for never
 * @param rows the most locks that a block of plain lines shows
 * @param order what comes first
 */
record WatchSettings(String pattern, Duration interval, int most, long rounds, int rows, WatchOrder order) {
    /** Until it is ended. */
    static final long ENDLESS = 0;

    /** Whether that round is the last one. */
    boolean endsWith(long round) {
        return rounds != ENDLESS && round >= rounds;
    }
}
