package dev.mortise.faults.check;

/**
 * One lease as its holder saw it. Times are of CLOCK_MONOTONIC, in ns, the same for all processes of a machine.
 *
 * @param queuedAt when it was known to be in the queue; 0 = it was not, or not known
 * @param gotAt when acquire had returned
 * @param validAt the last moment at which the lease is known to have been valid by its holder's own clock; 0 = it is not
 *     known to have been valid at all
 * @param endedAt when release had returned; 0 = its process did not get there
 * @param outcome of the release
 */
public record RecordedHold(
        String worker,
        String thread,
        String lock,
        String leaseId,
        long token,
        long askedAt,
        long queuedAt,
        long gotAt,
        long validAt,
        long endedAt,
        String outcome) {
    /** Known to have been valid until then. */
    public RecordedHold valid(long at) {
        return new RecordedHold(
                worker,
                thread,
                lock,
                leaseId,
                token,
                askedAt,
                queuedAt,
                gotAt,
                Math.max(at, validAt),
                endedAt,
                outcome);
    }

    /** Released. */
    public RecordedHold ended(long at, String how) {
        return new RecordedHold(worker, thread, lock, leaseId, token, askedAt, queuedAt, gotAt, validAt, at, how);
    }

    @Override
    public String toString() {
        return "lease " + leaseId + " (token " + token + ") of " + thread;
    }
}
