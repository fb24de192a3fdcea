package dev.mortise.internal.lettuce;

import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A connection that scripts go over, and whether it still answers. It is suspect when a request times out and nothing at all
 * was answered meanwhile, as its socket may stay open long after the other side is gone. It is also suspect when it is broken,
 * or its server is no master any more.
 */
final class ScriptConnection {
    private final RedisScriptingAsyncCommands<String, String> commands;
    private final BooleanSupplier isConnected;
    private final Consumer<BooleanSupplier> suspect;
    private final Supplier<String> whyNot;

    /** Only compared for change: written by the I/O thread of the connection, and now and then by others. */
    private volatile int answers;

    /**
     * @param suspect told, on I/O and timer threads and any number of times, together with whether it is well again; must not
     *     block
     * @param whyNot why no connection came up when that was tried last; empty when it did, or that is not known
     */
    ScriptConnection(
            RedisScriptingAsyncCommands<String, String> commands,
            BooleanSupplier isConnected,
            Consumer<BooleanSupplier> suspect,
            Supplier<String> whyNot) {
        this.commands = commands;
        this.isConnected = isConnected;
        this.suspect = suspect;
        this.whyNot = whyNot;
    }

    RedisScriptingAsyncCommands<String, String> commands() {
        return commands;
    }

    /** A number that changes with each answer. */
    int answers() {
        return answers;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // a lost count changes nothing: any other value tells the same
    void answered() {
        answers++;
    }

    /** A request that was sent when {@link #answers} was that got no answer in time. */
    void timedOut(int answersAtSend) {
        if (answers == answersAtSend) {
            suspect.accept(() -> answers != answersAtSend);
        }
    }

    /** A request was not sent, as the connection is broken. The driver opens it again; the client finds out why it cannot. */
    void notConnected() {
        suspect.accept(isConnected);
    }

    String whyNot() {
        return whyNot.get();
    }

    /** The server said that it is not the one that writes go to. */
    void misplaced() {
        suspect.accept(() -> false);
    }
}
