package dev.mortise.internal.script;

import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server says when a script of ours failed while it ran: parts of it may have been done. */
public final class ScriptError {
    /** Which script and line of it, in the words of Redis 7.0 and later, and of Valkey. */
    private static final Pattern PLACE = Pattern.compile(",? ?script: \\w+, on @user_script:\\d+\\.?$");

    /** How it begins when a server has answered, and it is not known what was done. */
    public static final String ANSWERED = "Redis answered with an error: ";

    private static final String NO_RIGHT = "the Redis user lacks a right: ";

    private ScriptError() {}

    /** What the server said, without the wrapping that futures do. */
    static String message(Throwable failure) {
        @Nullable Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }

    /** Whether the server has said for good what it had to say: asked again, it would say the same. */
    static boolean isAnswer(Throwable failure) {
        StoreException known = Failure.of(failure);
        String message = String.valueOf(known.getMessage());
        return known.effect() == Effect.REFUSED || message.startsWith(ANSWERED) || message.startsWith(NO_RIGHT);
    }

    /** Whether the error comes from inside a script. */
    public static boolean isOne(String error) {
        return PLACE.matcher(error).find();
    }

    /** In words for people, without the place in the script. */
    public static String describe(String error) {
        return (Denial.isOne(error) ? NO_RIGHT : ANSWERED)
                + PLACE.matcher(error).replaceFirst("");
    }
}
