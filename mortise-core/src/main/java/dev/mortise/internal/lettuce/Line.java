package dev.mortise.internal.lettuce;

import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A connection that scripts go over, and whether it still answers: one that lets a time-out pass without having answered
 * anything at all meanwhile is suspect, as its socket may stay open long after the other side is gone; so is one whose
 * server is no master any more.
 */
final class Line {
    private final RedisScriptingAsyncCommands<String, String> commands;
    private final Consumer<BooleanSupplier> suspect;

    /** Only compared for change: written by the I/O thread of the connection, and now and then by others. */
    private volatile int answers;

    /**
     * @param suspect told, on I/O and timer threads and any number of times, together with whether it has answered since;
     *     must not block
     */
    Line(RedisScriptingAsyncCommands<String, String> commands, Consumer<BooleanSupplier> suspect) {
        this.commands = commands;
        this.suspect = suspect;
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

    /** The server said that it is not the one that writes go to. */
    void misplaced() {
        suspect.accept(() -> false);
    }
}
