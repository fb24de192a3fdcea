package dev.mortise.tests.model;

import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.VotingStore;
import java.util.List;

/** The model or the real server, with its clients. */
interface Side {
    SingleAuthorityStore store(int client);

    /** The same as a node of a quorum. */
    VotingStore node(int client);

    void loseInbox(int client);

    /** Nobody hears that inbox, and the client knows it. */
    void deafen(int client);

    void reconnect(int client);

    /** Instead of the client that was there, one that never met this server; also the first time. */
    void join(int client);

    void moveClock(long micros);

    void save();

    void restart(Step.Restart.Data data);

    /** What was said to clients since the last call. */
    List<String> heard();

    /** The lock in the form of the model. */
    String describe(String lock);

    /** The marker of the quiet period in the form of the model. */
    String describeQuiet();
}
