package dev.mortise.tests.world;

import dev.mortise.LockKind;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * What a {@link ServerWorld} consists of.
 *
 * @param capacity of the semaphore; else of no meaning
 * @param quiet zero = none
 * @param forgets whether the server may start again with less than it had
 * @param localHandOff whether clients hand locks on among their threads
 * @param brief whether most leases are shorter than the pause between two polls, so that claims are over unseen
 */
record WorldSetup(
        LockKind kind,
        int clients,
        int capacity,
        Duration quiet,
        boolean forgets,
        boolean localHandOff,
        boolean brief) {
    /** Longer than any lease. */
    private static final Duration QUIET = Duration.ofSeconds(9);

    private static final List<LockKind> KINDS = List.of(LockKind.values());

    static WorldSetup random(Random random) {
        LockKind kind = KINDS.get(random.nextInt(KINDS.size()));
        boolean brief = random.nextInt(3) == 0;
        boolean forgets = random.nextInt(3) == 0;
        return new WorldSetup(
                kind,
                2 + random.nextInt(3),
                2 + random.nextInt(2),
                forgets ? QUIET : Duration.ZERO,
                forgets,
                !brief && random.nextInt(3) > 0,
                brief);
    }

    /** The same, where it is not waited until all leases that may be lost are over. */
    WorldSetup hasty() {
        return new WorldSetup(kind, clients, capacity, Duration.ZERO, true, localHandOff, brief);
    }
}
