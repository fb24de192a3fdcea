package dev.mortise;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The wait could never have ended, as those it waits for wait for it. The wait is over. What the caller holds it still
 * holds, and the others go on waiting until it releases that. {@link DeadlockVictim} says whose wait ends.
 */
public class DeadlockException extends LockException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<Wait> cycle;

    /**
     * With the whole cycle.
     *
     * @param lockName the lock that was waited for
     * @param why what the cycle is made of, as the end of a sentence about the lock
     * @param cycle each waits for the one behind it, the last for the first; the caller comes first
     */
    public DeadlockException(String lockName, String why, List<Wait> cycle) {
        super(lockName, "Lock '" + lockName + "' " + why + ": " + describe(cycle), null);
        this.cycle = List.copyOf(cycle);
    }

    /** Each waits for the one behind it, the last for the first; the caller comes first. */
    public List<Wait> cycle() {
        return cycle == null ? List.of() : cycle;
    }

    private static String describe(List<Wait> cycle) {
        return cycle.stream().map(Wait::describe).collect(Collectors.joining("; "));
    }

    /**
     * One link of the cycle: an owner that waits for one lock and holds another. Times are by the clock of the owner's client.
     *
     * @param owner thread or owner id; empty when it gave none
     * @param label of the acquire that waits; empty when it gave none
     * @param client where it runs; empty when that is not known
     * @param held the lock it holds, which the one before it waits for
     * @param heldSince when it was granted that; empty when that is not known
     * @param wanted the lock it waits for, which the one behind it holds
     * @param since when it began to wait; empty when that is not known
     */
    public record Wait(
            String owner,
            String label,
            Optional<ClientInfo> client,
            String held,
            Optional<Instant> heldSince,
            String wanted,
            Optional<Instant> since) {
        private String describe() {
            return (owner.isEmpty() ? "an owner without a name" : owner)
                    + (label.isEmpty() ? "" : " [" + label + "]")
                    + client.map(where -> " on " + where.describe()).orElse("")
                    + " holds '" + held + "'" + since(heldSince)
                    + " and waits for '" + wanted + "'" + since(since);
        }

        private static String since(Optional<Instant> time) {
            return time.map(when -> " since " + when).orElse("");
        }
    }
}
