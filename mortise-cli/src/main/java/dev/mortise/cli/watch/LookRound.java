package dev.mortise.cli.watch;

import dev.mortise.LockInfo;
import dev.mortise.admin.WaitGraph;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one round saw.
 *
 * @param number 1 for the first
 * @param at when it began, by this host's clock
 * @param took how long it took
 * @param locks those that it looked at, each once; also some that are not in use
 * @param listed the round in which the listing began that came to its end in this one; 0 when there is more to list
 * @param waits who waits for whom, if that was asked for
 */
record LookRound(long number, Instant at, Duration took, List<LockInfo> locks, long listed, Optional<WaitGraph> waits) {
    LookRound {
        locks = List.copyOf(locks);
    }
}
