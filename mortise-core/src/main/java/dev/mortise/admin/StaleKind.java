package dev.mortise.admin;

/** What may be left over on a server when a client ends without a word. */
public enum StaleKind {
    /** A lease without expiry that its client has not renewed for the grace time. */
    UNTIL_RELEASED_LEASE("lease without expiry", "not renewed"),
    /** A lease whose time is over, still on record as nobody has wanted the lock since. */
    EXPIRED_LEASE("expired lease", "over"),
    /** A waiter that has not asked for the grace time. One that lives asks every 4 s. */
    WAITER("waiter", "silent"),
    /** The key of a lock that nobody uses, and that needs not be remembered any more. Such a key normally goes by itself. */
    ORPHANED_KEY("key without use", "needed by none"),
    /** A record of a long wait that its client has not refreshed for the grace time. */
    WAIT_RECORD("record of a long wait", "not refreshed"),
    /**
     * A heartbeat without an end, which no client writes: it came from a copy of the data, or from a person. It gets an end; a
     * dry run does not look for it.
     */
    HEARTBEAT("heartbeat without an end", "no client wrote it");

    private final String what;
    private final String why;

    StaleKind(String what, String why) {
        this.what = what;
        this.why = why;
    }

    /** What it is, in a few words. */
    public String what() {
        return what;
    }

    /** What is wrong with it, in a few words, to be followed by since when. */
    public String why() {
        return why;
    }
}
