package dev.mortise.internal.script;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.RequiredCopies;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs scripts on one server. Replies are made of {@code Long}, {@code String} and {@code List}. Futures complete within
 * the command time-out, with {@link dev.mortise.internal.store.StoreException} if they fail.
 *
 * <p>No method has a body here, so that a runner in front of another one cannot forget to pass one on.
 */
public interface ScriptRunner extends AutoCloseable {
    /** By EVALSHA, and by EVAL when the server does not know the script. */
    CompletableFuture<Object> run(Script script, List<String> keys, List<String> args);

    /** By EVAL at once, whether or not the server knows the script. */
    CompletableFuture<Object> runBySource(Script script, List<String> keys, List<String> args);

    /** As {@link #run}, on a connection of its own where there is one, so that it does not queue behind users. */
    CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args);

    /**
     * As {@link #run}, for keys of which it is not known whether one script may touch them all: if not, or not for now while
     * they move, it is empty, and nothing was executed.
     */
    CompletableFuture<Optional<Object>> runTogether(Script script, List<String> keys, List<String> args);

    /**
     * As {@link #run}, and then waits until what the script wrote is copied that far, or the bound is over; on a connection
     * that nobody else uses meanwhile. Completes within the bound.
     */
    CompletableFuture<ReplicatedReply> runCopied(
            Script script, List<String> keys, List<String> args, RequiredCopies wanted);

    /**
     * Takes an element out of the first of these lists that has one, and waits for that, on a connection that nobody else uses
     * meanwhile. All keys must be on one server. Completes a command time-out after the wait is over, at the latest; with an
     * unknown effect when an element may have been taken.
     *
     * @param millis how long to wait at most; at least 1
     * @return the key of that list; empty when the time is over
     */
    CompletableFuture<Optional<String>> pop(List<String> keys, long millis);

    /**
     * Whether one server has every key, as far as is known by now. If not, only {@link #runTogether} takes several. What is
     * behind one address may turn out to have many.
     */
    boolean hasAllKeys();

    /**
     * Some of the keys that match: those of hashes, some hundred looked at by a call, all servers one after the other. What is
     * there throughout comes at least once.
     *
     * @param pattern as {@code SCAN} takes it
     * @param cursor "" to begin, then what the page before says
     */
    CompletableFuture<ScanPage> scan(String pattern, String cursor);

    /**
     * Subscribes to the channel, now and after every reconnect, and asks for it again until it is confirmed. When that cannot
     * be done now, the future fails, and it is done as soon as it can.
     */
    CompletableFuture<Void> subscribe(String channel, Listener listener);

    /** A setting of the one server; empty when the user may not ask, or there are several. Never fails. */
    CompletableFuture<String> setting(String name);

    /** What kind of place it is. */
    Deployment deployment();

    /** What is known of the servers without asking, their versions apart. Never blocks. */
    List<KnownServer> servers();

    /** A way to ask each server that has locks how it is. They are to be closed. Never blocks. */
    List<ServerProbe> probes();

    /** Whether somebody names the server, and may name another one any time. */
    boolean mayMove();

    /** What the one server says that it runs as, such as {@code sentinel}; empty when it does not say. Never fails. */
    CompletableFuture<String> mode();

    /**
     * Why no connection came up when that was tried last, at the server that has the key; empty when it did, or that is not
     * known. Never blocks.
     */
    String whyNot(String key);

    /** Runs when a connection to the server is up again after a break. */
    void onReconnect(Runnable action);

    @Override
    void close();

    /** Hears a channel, on an I/O thread. */
    interface Listener {
        /** One message. */
        void message(String text);

        /** Subscribed for the first time on a connection. */
        default void subscribed() {}

        /** It cannot be subscribed for now; told any number of times until it is. */
        default void unheard() {}

        /** Subscribed again after a break, or later than it was asked for. */
        void resubscribed();
    }
}
