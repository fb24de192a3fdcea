package dev.mortise.admin;

import dev.mortise.LockInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What came of a {@link LockAdmin#forceRelease(String, long, String)}.
 *
 * @param lockName the lock
 * @param fencingToken of the hold that was to end
 * @param ended the hold that was ended, as it was just before; empty when there was none with that token
 * @param holders when nothing was ended: those that hold the lock now, oldest token first; otherwise empty
 */
public record ForcedRelease(
        String lockName, long fencingToken, Optional<LockInfo.Holder> ended, List<LockInfo.Holder> holders) {
    /** Copies the list. */
    public ForcedRelease {
        Objects.requireNonNull(lockName, "lockName");
        Objects.requireNonNull(ended, "ended");
        holders = List.copyOf(holders);
    }

    /** Whether the hold was ended. If not, nothing has changed. */
    public boolean isEnded() {
        return ended.isPresent();
    }

    /** A sentence for people. */
    @Override
    public String toString() {
        String lock = "Lock '" + lockName + "'";
        if (ended.isPresent()) {
            return lock + ": the hold of " + describe(ended.get()) + " was ended";
        }
        return lock + ": no hold with token " + fencingToken + ", nothing was ended; "
                + (holders.isEmpty()
                        ? "it is not held"
                        : "held by "
                                + holders.stream().map(ForcedRelease::describe).collect(Collectors.joining(", ")));
    }

    private static String describe(LockInfo.Holder holder) {
        String owner = holder.owner().isEmpty() ? "" : holder.owner() + " on ";
        return owner + holder.client().describe() + " (token " + holder.fencingToken() + ", since " + holder.since()
                + ")";
    }
}
