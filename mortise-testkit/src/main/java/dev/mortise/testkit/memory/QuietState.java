package dev.mortise.testkit.memory;

import java.util.OptionalLong;

/** The marker of the quiet period, kept with the data and lost with it. Guarded by its server. */
final class QuietState {
    /** What a client says of itself that has met no process here, but knows from others that there was one. */
    static final String OTHERS_KNEW = "?";

    private String run = "";
    private long untilMillis;

    /** Made by a newcomer, who cannot know whether there was a server before. */
    private boolean fresh;

    /** A vote was given. */
    private boolean used;

    /** The longest period that a client has told: it counts for all. */
    private long longest;

    /** How long nothing is granted yet; {@code length} is empty for a client that keeps no quiet period. */
    long left(String currentRun, OptionalLong length, long now) {
        if (length.isEmpty()) {
            return 0;
        }
        if (!run.equals(currentRun)) {
            longest = Math.max(longest, length.getAsLong());
            begin(currentRun, now + longest);
        }
        return Math.max(0, untilMillis - now);
    }

    /** A client that met {@code knownRun} before ("" = none) meets this process. */
    void boot(String currentRun, String knownRun, long length, long now) {
        boolean knewAnother = !knownRun.isEmpty() && !knownRun.equals(OTHERS_KNEW) && !knownRun.equals(currentRun);
        long before = longest;
        longest = Math.max(longest, length);
        if (run.equals(currentRun)) {
            // Until now it may have renewed its leases where it was.
            if (knewAnother && (fresh || untilMillis > now)) {
                begin(currentRun, Math.max(untilMillis, now + longest));
            } else if (untilMillis > now && longest > before) {
                // It was to be as long from the beginning.
                untilMillis += longest - before;
            }
        } else if (run.isEmpty() && knownRun.isEmpty()) {
            begin(currentRun, 0);
            fresh = true;
        } else {
            begin(currentRun, now + longest);
        }
    }

    boolean isNew() {
        return run.isEmpty() || fresh && !used;
    }

    void use() {
        used = true;
    }

    private void begin(String currentRun, long until) {
        run = currentRun;
        untilMillis = until;
        fresh = false;
    }

    QuietState copy() {
        QuietState copy = new QuietState();
        copy.run = run;
        copy.untilMillis = untilMillis;
        copy.fresh = fresh;
        copy.used = used;
        copy.longest = longest;
        return copy;
    }

    /** In the form of {@link LockState#describe}. */
    String describe() {
        return run.isEmpty()
                ? ""
                : "run " + run + " until " + untilMillis + (fresh ? " fresh" : "") + (used ? " used" : "") + " longest "
                        + longest;
    }
}
