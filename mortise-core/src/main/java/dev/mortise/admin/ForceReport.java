package dev.mortise.admin;

import dev.mortise.LockInfo;
import java.util.List;

/**
 * What {@link LockAdmin#forceReleaseAll} did, or would do.
 *
 * @param dryRun whether nothing was ended
 * @param locks those that were held, in no order
 */
public record ForceReport(boolean dryRun, List<Forced> locks) {
    /** Copies the list. */
    public ForceReport {
        locks = List.copyOf(locks);
    }

    /** How many holds were ended; 0 in a dry run. */
    public int ended() {
        return locks.stream().mapToInt(Forced::ended).sum();
    }

    /** What people read: a line for each lock, with its holders. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(dryRun ? "Would release " : "Released ")
                .append(locks.size())
                .append(locks.size() == 1 ? " lock" : " locks");
        for (Forced lock : locks) {
            text.append('\n').append(lock.lockName()).append(':');
            for (LockInfo.Holder holder : lock.holders()) {
                text.append(' ')
                        .append(holder.client().describe())
                        .append(" token ")
                        .append(holder.fencingToken());
            }
        }
        return text.toString();
    }

    /**
     * One lock.
     *
     * @param lockName the lock
     * @param holders who loses it, as it was seen just before. Where a client shares a hold among its threads, these are more
     *     than the holds; and a holder that came in the moment between is not among them
     * @param ended how many holds were ended; 0 in a dry run
     */
    public record Forced(String lockName, List<LockInfo.Holder> holders, int ended) {
        /** Copies the list. */
        public Forced {
            holders = List.copyOf(holders);
        }
    }
}
