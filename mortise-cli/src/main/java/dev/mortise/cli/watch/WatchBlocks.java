package dev.mortise.cli.watch;

import java.time.Instant;

/** Writes what each round saw. */
interface WatchBlocks {
    /** There is a round. */
    void seen(WatchBoard board, LookRound round);

    /** There was no answer at that time. */
    void failed(WatchBoard board, WatchBoard.Failure failure, Instant at);
}
