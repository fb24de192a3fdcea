package dev.mortise.admin;

import dev.mortise.ClientInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What {@link LockAdmin#collectStale} has found.
 *
 * @param dryRun whether nothing was to be removed
 * @param locks how many locks were looked at
 * @param found how many stale things there are or were
 * @param removed how many of them were removed
 * @param items the first 10,000 of those that were found
 * @param problems what could not be looked at, and why; at most ten. The search ends with the third one that got no answer
 */
public record StaleReport(
        boolean dryRun, long locks, long found, long removed, List<Item> items, List<String> problems) {
    /** Copies the lists. */
    public StaleReport {
        items = List.copyOf(items);
        problems = List.copyOf(problems);
    }

    /** Whether all was looked at. */
    public boolean isComplete() {
        return problems.isEmpty();
    }

    /** A line for each item, then one with the sum. */
    @Override
    public String toString() {
        StringJoiner lines = new StringJoiner("\n");
        items.forEach(item -> lines.add(item.toString()));
        if (found > items.size()) {
            lines.add("and " + (found - items.size()) + " more");
        }
        problems.forEach(problem -> lines.add("not looked at: " + problem));
        return lines.add(locks + " locks looked at, " + found + " stale, "
                        + (dryRun ? "nothing removed: this was a dry run" : removed + " removed"))
                .toString();
    }

    /** What became of an item. */
    public enum Outcome {
        /** It is gone. */
        REMOVED("removed"),
        /** A dry run left it. */
        WOULD_BE_REMOVED("would be removed"),
        /**
         * It stays for now: a server that was just started, or does not say since when it runs, must see it twice, a grace time
         * apart; and in a quiet period nothing is removed.
         */
        LATER("stays for now, will be removed if it is still stale a grace time later");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }
    }

    /**
     * One stale thing.
     *
     * @param lockName the lock; empty for what belongs to none
     * @param client whose it is; only its id where nothing else is known. Empty for an orphaned key
     * @param owner as the client named it; may be empty
     * @param label as the client gave it; may be empty
     * @param since since when it has been stale, by the server's clock: the last sign of the client, or the end of a lease. Empty
     *     when that is not known
     */
    public record Item(
            StaleKind kind,
            String lockName,
            Optional<ClientInfo> client,
            String owner,
            String label,
            Optional<Instant> since,
            Outcome outcome) {
        /** A line for people. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(kind.what());
            if (!lockName.isEmpty()) {
                text.append(" of lock '").append(lockName).append('\'');
            }
            client.ifPresent(known -> text.append(", ").append(known.describe()));
            if (!owner.isEmpty()) {
                text.append(", owner ").append(owner);
            }
            if (!label.isEmpty()) {
                text.append(", \"").append(label).append('"');
            }
            text.append(": ").append(kind.why());
            since.ifPresent(when -> text.append(" since ").append(when));
            return text.append("; ").append(outcome.text).toString();
        }
    }
}
