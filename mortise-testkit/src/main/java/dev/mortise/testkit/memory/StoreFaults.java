package dev.mortise.testkit.memory;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What goes wrong between one client and its server, as a test orders it. Thread-safe. */
public final class StoreFaults {
    // Guarded by this.
    private final Map<StoreOperation, Queue<Kind>> planned = new EnumMap<>(StoreOperation.class);
    private final Set<StoreOperation> held = EnumSet.noneOf(StoreOperation.class);
    private final Set<StoreOperation> refused = EnumSet.noneOf(StoreOperation.class);
    private final List<Reply> replies = new ArrayList<>();

    StoreFaults() {}

    /** The next such request is not executed, and the client knows it. */
    public void failNext(StoreOperation operation) {
        plan(operation, Kind.REJECTED);
    }

    /** From now on such requests are refused: the client lacks the right. */
    public synchronized void refuseAll(StoreOperation operation) {
        refused.add(operation);
    }

    /** The next such request is not executed, and the client cannot tell. */
    public void loseNextRequest(StoreOperation operation) {
        plan(operation, Kind.REQUEST_LOST);
    }

    /** The next such request is executed, and the client cannot tell. */
    public void dropNextReply(StoreOperation operation) {
        plan(operation, Kind.REPLY_LOST);
    }

    /** From now on such requests are executed, and their replies wait; of all operations if none is named. */
    public synchronized void holdReplies(StoreOperation... operations) {
        held.addAll(operations.length == 0 ? EnumSet.allOf(StoreOperation.class) : Set.of(operations));
    }

    /** How many replies wait. */
    public synchronized int heldReplies() {
        return replies.size();
    }

    /** Lets waiting replies go, in the order of their requests, and holds none from now on. */
    public void releaseReplies() {
        takeHeld().forEach(reply -> reply.arrive.run());
    }

    /** The replies that wait are lost. */
    void loseReplies() {
        takeHeld().forEach(reply -> reply.lost.run());
    }

    synchronized @Nullable Kind next(StoreOperation operation) {
        if (refused.contains(operation)) {
            return Kind.REFUSED;
        }
        Queue<Kind> kinds = planned.get(operation);
        return kinds == null ? null : kinds.poll();
    }

    /** Answers false if the reply is not to wait. */
    synchronized boolean hold(StoreOperation operation, Runnable arrive, Runnable lost) {
        return held.contains(operation) && replies.add(new Reply(arrive, lost));
    }

    private synchronized void plan(StoreOperation operation, Kind kind) {
        planned.computeIfAbsent(operation, none -> new ArrayDeque<>()).add(kind);
    }

    private synchronized List<Reply> takeHeld() {
        List<Reply> all = List.copyOf(replies);
        replies.clear();
        held.clear();
        return all;
    }

    /** A fault of one request. */
    enum Kind {
        REJECTED(Effect.NONE, "rejected, as the test ordered"),
        REFUSED(Effect.REFUSED, "refused, as the test ordered"),
        REQUEST_LOST(Effect.UNKNOWN, "timed out, as the test ordered: the request was lost"),
        REPLY_LOST(Effect.UNKNOWN, "timed out, as the test ordered: the reply was lost");

        private final Effect effect;
        private final String message;

        Kind(Effect effect, String message) {
            this.effect = effect;
            this.message = message;
        }

        StoreException failure() {
            return new StoreException(effect, message, null);
        }
    }

    private record Reply(Runnable arrive, Runnable lost) {}
}
