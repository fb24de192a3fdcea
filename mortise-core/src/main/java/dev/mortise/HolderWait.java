package dev.mortise;

import java.time.Instant;
import java.util.List;

/**
 * An owner that holds a lock and waits for another one itself. Only waits are known that have lasted for longer than
 * {@code deadlockCheckAfter}. Times are by the clock of that owner's client.
 *
 * @param owner thread or owner id; empty when it gave none
 * @param label of the acquire that waits; empty when it gave none
 * @param client where it runs
 * @param holds the lock that it holds
 * @param wanted the lock that it waits for
 * @param since when it began to wait for that
 * @param heldBy who holds that; of a chain of such waits, the last one says it, and only as far as the server could be asked
 */
public record HolderWait(
        String owner,
        String label,
        ClientInfo client,
        String holds,
        String wanted,
        Instant since,
        List<LockInfo.Holder> heldBy) {
    /** Copies the list. */
    public HolderWait {
        heldBy = List.copyOf(heldBy);
    }
}
