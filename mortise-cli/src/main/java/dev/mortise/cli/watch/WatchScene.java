package dev.mortise.cli.watch;

import java.time.Duration;
import java.time.Instant;

/**
 * All that a screen is made of.
 *
 * @param where which servers; harmless text
 * @param every from one round to the next, as it is now
 * @param now by this host's clock
 * @param note the last thing that the client has logged; empty when there is none
 */
record WatchScene(WatchBoard board, WatchState state, String where, Duration every, Instant now, String note) {
    /** By the server's clock. */
    Instant serverTime() {
        return board.serverTime(now);
    }
}
