package dev.mortise.testkit;

import dev.mortise.LockProvider;
import dev.mortise.admin.ForceReport;

/**
 * Ends what tests have left on a server that others use too.
 *
 * <p>No key is deleted: what a key still says protects the next test. It keeps fencing tokens increasing, and refuses late requests
 * of those that were ended. It expires by itself, within a minute as a rule.
 */
public final class ClearedLocks {
    /** After so many looks others acquire faster than this ends. */
    private static final int MOST_LOOKS = 100;

    private ClearedLocks() {}

    /**
     * Ends every hold of every lock under the key prefix of that client, again and again until none is held; so a waiter that gets
     * a lock at once loses it too. Waits are not ended: close the clients first that still wait. Reaches no other prefix. Blocks
     * for two requests a lock and look.
     *
     * @return how many holds were ended
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     * @throws IllegalStateException when other clients go on acquiring locks
     */
    public static int of(LockProvider client) {
        int ended = 0;
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            ForceReport report = client.admin().forceReleaseAll("*", "all locks are cleared for tests", false);
            ended += report.ended();
            if (report.locks().isEmpty()) {
                return ended;
            }
        }
        throw new IllegalStateException("locks are acquired faster than they are cleared");
    }
}
