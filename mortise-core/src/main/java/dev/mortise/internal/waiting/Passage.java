package dev.mortise.internal.waiting;

import dev.mortise.internal.lease.Tenure;

/** What stands between the acquires of one client for one lock and the server. Thread-safe, never blocks. */
public interface Passage {
    /** The server has granted it. Makes the tenure that its lease stands on. */
    Tenure granted(Knocker knocker, ServerGrant grant);

    /** The server has put it into the queue there, or says that it still stands in it. */
    void queued(Knocker knocker);

    /** It waits for the server's answer, and asks again: so far the server could not be asked. */
    void unanswered(Knocker knocker);

    /**
     * It is gone, without a grant; what it had on the server is withdrawn.
     *
     * @param ticket its place there, 0 = none
     * @param withoutAnswer whether the server could not be asked
     */
    void left(Knocker knocker, long ticket, boolean withoutAnswer);

    /** Its place among those who wait here, 1 = next; 0 when it does not wait here. */
    long place(Knocker knocker);

    /** Where acquires come in. */
    interface Door {
        /** Decides, now or later, what becomes of it. */
        void knock(Knocker knocker);
    }
}
