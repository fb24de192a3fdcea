package dev.mortise.cli.exit;

/** Exit codes, after sysexits.h and the shell. */
public final class ExitCode {
    public static final int OK = 0;

    /** A check of the demo failed; the doctor found what was to be an error; the answer to a question was no. */
    public static final int FAILED = 1;

    /** The command line is wrong. */
    public static final int USAGE = 64;

    /** The name is in use as another kind of lock. */
    public static final int WRONG_KIND = 65;

    /** Redis cannot be reached or refuses. */
    public static final int UNAVAILABLE = 69;

    /** An error in this program. */
    public static final int INTERNAL = 70;

    /** A file that was asked for cannot be written. */
    public static final int CANNOT_CREATE = 73;

    /** Somebody else holds the lock. */
    public static final int BUSY = 75;

    /** The lock was lost before the command had ended. */
    public static final int LOST = 76;

    /** The holder has changed, so nothing was ended, or not all. */
    public static final int CHANGED = 77;

    /** The command was found but cannot be executed. */
    public static final int NOT_EXECUTABLE = 126;

    /** The command was not found. */
    public static final int NOT_FOUND = 127;

    /** The number of the signal that a program gets that writes to a reader who has gone. */
    public static final int PIPE = 13;

    private static final int SIGNAL = 128;

    private ExitCode() {}

    /** Ended by that signal. */
    public static int ofSignal(int number) {
        return SIGNAL + number;
    }
}
