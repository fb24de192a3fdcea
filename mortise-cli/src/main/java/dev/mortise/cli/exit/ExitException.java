package dev.mortise.cli.exit;

/** Ends the program with a code and one line for the user. */
public final class ExitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * @param code one of {@link ExitCode}
     * @param message one line, without secrets; empty for an end without words
     */
    public ExitException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** The exit code. */
    public int code() {
        return code;
    }
}
