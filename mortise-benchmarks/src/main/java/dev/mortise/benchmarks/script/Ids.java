package dev.mortise.benchmarks.script;

/** Lease ids, in which the server finds the client whose inbox it tells. */
final class Ids {
    /** The one client that listens. */
    static final String LISTENER = "listener--------------";

    private Ids() {}

    /** Of the client that listens. */
    static String live(int lease) {
        return LISTENER + lease;
    }

    /** Of a client that is gone. */
    static String dead(int client, int lease) {
        return String.format("gone%018d", client) + lease;
    }
}
