package dev.mortise.cli.exit;

import dev.mortise.DeadlockException;
import dev.mortise.LeaseLostException;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.QueueFullException;
import dev.mortise.WrongKindException;
import dev.mortise.cli.text.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;

/** Turns what went wrong into an exit code and one line on stderr. */
public final class FailureReport {
    private FailureReport() {}

    /** The exit code for it. */
    public static int code(Throwable failure) {
        if (failure instanceof ExitException exit) {
            return exit.code();
        }
        if (failure instanceof LockUnavailableException) {
            return ExitCode.UNAVAILABLE;
        }
        if (failure instanceof LockTimeoutException
                || failure instanceof QueueFullException
                || failure instanceof DeadlockException) {
            return ExitCode.BUSY;
        }
        if (failure instanceof LeaseLostException) {
            return ExitCode.LOST;
        }
        if (failure instanceof WrongKindException) {
            return ExitCode.WRONG_KIND;
        }
        boolean argument =
                failure instanceof IllegalArgumentException || failure instanceof UnsupportedOperationException;
        return argument ? ExitCode.USAGE : ExitCode.INTERNAL;
    }

    /** Whether it ends the program without words. */
    public static boolean isSilent(Throwable failure) {
        return failure instanceof ExitException && "".equals(failure.getMessage());
    }

    /** One line, harmless for a terminal. */
    public static String line(String command, Throwable failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "");
        String text = code(failure) == ExitCode.INTERNAL
                ? "internal error: " + failure.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message)
                : message;
        return Printable.of(
                Secrets.hide(command + ": " + text.lines().findFirst().orElse("")));
    }

    /** Everything there is to know, for {@code --debug}. */
    public static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return Secrets.hide(text.toString());
    }
}
