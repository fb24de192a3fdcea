package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScriptError;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/** Classes what went wrong: was it executed or not. What is not surely known not to have been executed is unknown. */
final class Failures {
    private static final List<String> NOT_EXECUTED = List.of(
            "MOVED",
            "ASK",
            "TRYAGAIN",
            "CROSSSLOT",
            "CLUSTERDOWN",
            "LOADING",
            "MASTERDOWN",
            "READONLY",
            "NOREPLICAS",
            "MISCONF",
            "OOM",
            "NOSCRIPT",
            "BUSY");
    private static final List<String> BETWEEN_NODES =
            List.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY");
    private static final List<String> NO_RIGHT = List.of("NOAUTH", "NOPERM", "WRONGPASS");
    private static final List<String> REJECTED_LOCALLY = List.of(
            "Currently not connected",
            "Connection is closed",
            "Request queue size exceeded",
            "Command queue size exceeded");

    private Failures() {}

    static boolean isUnknownScript(Throwable failure) {
        return prefixOf(unwrap(failure)).equals("NOSCRIPT");
    }

    /** Whether the server said so itself. */
    static boolean isAnswer(Throwable failure) {
        return unwrap(failure) instanceof RedisCommandExecutionException;
    }

    /** Whether nothing was heard of it, also not that it was not sent. */
    static boolean isUnanswered(Throwable failure) {
        return classify(failure).effect() == Effect.UNKNOWN && !isAnswerOf(failure);
    }

    /** Whether the connection takes nothing else once it has subscribed, as without RESP3. */
    static boolean isForMessagesOnly(Throwable failure) {
        String message = classify(failure).getMessage();
        return isAnswerOf(failure) && message != null && message.contains("SUBSCRIBE");
    }

    /** The answer may stand behind what was made of it. */
    private static boolean isAnswerOf(Throwable failure) {
        Throwable known = unwrap(failure);
        Throwable cause = known.getCause();
        return isAnswer(known) || known instanceof StoreException && cause != null && isAnswer(cause);
    }

    /** Whether writes do not go to that server any more. */
    static boolean isMisplaced(Throwable failure) {
        return prefixOf(unwrap(failure)).equals("READONLY");
    }

    /** Whether it was surely not executed, as its slot, or the way to its node, is about to be somewhere else. */
    static boolean isBetweenNodes(StoreException failure) {
        Throwable cause = failure.getCause();
        return failure.effect() == Effect.NONE
                && cause != null
                && (!isAnswer(cause) || BETWEEN_NODES.contains(prefixOf(cause)));
    }

    /** Whether it was not executed as no node has all of its keys now. */
    static boolean isParted(StoreException failure) {
        Throwable cause = failure.getCause();
        return cause != null && prefixOf(cause).equals("TRYAGAIN");
    }

    /** Whether it was not executed as its keys are in different slots, and there are slots. */
    static boolean isOfManySlots(Throwable failure) {
        Throwable known = unwrap(failure);
        Throwable cause = known instanceof StoreException ? known.getCause() : known;
        return cause != null && prefixOf(cause).equals("CROSSSLOT");
    }

    /** Whether what is known of the cluster may be wrong: it did not answer, or not there. */
    static boolean mayBeStale(StoreException failure) {
        return failure.effect() == Effect.UNKNOWN || isBetweenNodes(failure);
    }

    /** Whether it was not sent, as there is no connection. */
    static boolean isNotConnected(StoreException failure) {
        return failure.effect() == Effect.NONE && (failure.getCause() == null || !isAnswer(failure.getCause()));
    }

    /**
     * The same, with why there is no connection.
     *
     * @param why empty when that is not known
     */
    static StoreException because(String why, StoreException failure) {
        String message = String.valueOf(failure.getMessage());
        return why.isEmpty() || failure.getCause() != null && isAnswer(failure.getCause()) || message.contains(why)
                ? failure
                : new StoreException(failure.effect(), message + ": " + why, failure.getCause());
    }

    /** @param why may be empty */
    static StoreException notConnected(String why) {
        return new StoreException(Effect.NONE, "not connected to Redis" + (why.isEmpty() ? "" : ": " + why), null);
    }

    static StoreException classify(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof StoreException known) {
            return known;
        }
        String message =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        if (cause instanceof RedisCommandExecutionException) {
            return refused(message, cause);
        }
        if (cause instanceof RedisConnectionException) {
            // In a Cluster, where connections are opened when they are needed.
            return notConnected(String.valueOf(ConnectFailure.of(cause).getMessage()));
        }
        boolean neverSent =
                cause instanceof RedisException && REJECTED_LOCALLY.stream().anyMatch(message::startsWith);
        return new StoreException(
                neverSent ? Effect.NONE : Effect.UNKNOWN,
                neverSent ? "not connected to Redis" : "the connection to Redis broke before the answer came",
                cause);
    }

    static StoreException notSent(RuntimeException failure) {
        return new StoreException(Effect.NONE, "not sent to Redis: " + failure.getMessage(), failure);
    }

    /** Why a connection could not be opened. */
    static StoreException connecting(RuntimeException failure) {
        return ConnectFailure.of(failure);
    }

    /** Why one more connection could not be opened: nothing was sent on it. */
    static StoreException opening(Throwable failure) {
        return ConnectFailure.of(unwrap(failure));
    }

    static StoreException timedOut(long millis) {
        return new StoreException(Effect.UNKNOWN, "Redis did not answer within " + millis + " ms", null);
    }

    private static StoreException refused(String message, Throwable cause) {
        if (message.contains("WRONGTYPE")) {
            return new StoreException(
                    Effect.REFUSED, "the key of this lock holds foreign data, which was left alone", cause);
        }
        if (message.contains("MORTISE_DAMAGED")) {
            return new StoreException(
                    Effect.REFUSED,
                    "the key of this lock holds a damaged or foreign record, which was left alone",
                    cause);
        }
        String prefix = prefixOf(cause);
        if (ScriptError.isOne(message)) {
            return new StoreException(Effect.UNKNOWN, ScriptError.describe(message), cause);
        }
        if (NOT_EXECUTED.contains(prefix)) {
            return new StoreException(Effect.NONE, "Redis refused for now: " + message, cause);
        }
        if (NO_RIGHT.contains(prefix)) {
            return new StoreException(Effect.REFUSED, "the Redis user lacks a right: " + message, cause);
        }
        if (prefix.equals("MORTISE_AHEAD")) {
            return new StoreException(
                    Effect.REFUSED,
                    "a fencing token that this client has seen of this lock, or its clock, is more than a day ahead of the"
                            + " clock of the server; nothing was done",
                    cause);
        }
        return new StoreException(Effect.UNKNOWN, ScriptError.ANSWERED + message, cause);
    }

    private static String prefixOf(Throwable cause) {
        String message = cause.getMessage();
        if (!(cause instanceof RedisCommandExecutionException) || message == null) {
            return "";
        }
        int blank = message.indexOf(' ');
        return blank < 0 ? message : message.substring(0, blank);
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
