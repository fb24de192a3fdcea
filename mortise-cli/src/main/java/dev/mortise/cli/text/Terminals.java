package dev.mortise.cli.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person sits at the other end. */
public final class Terminals {
    /** Set by the launcher when the standard output is one. */
    private static final String TERMINAL = "mortise.terminal";

    private Terminals() {}

    /** Whether a person looks at the output as it comes. */
    public static boolean isOutput() {
        return Boolean.getBoolean(TERMINAL) || isTerminal("/proc/self/fd/1");
    }

    /** Whether a person can be asked. Where there is no /proc, a newer JDK says yes in doubt; then a question has no answer. */
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isInput() {
        Path link = Path.of("/proc/self/fd/0");
        return Files.isSymbolicLink(link) ? isTerminal(link.toString()) : System.console() != null;
    }

    private static boolean isTerminal(String link) {
        try {
            String target = Files.readSymbolicLink(Path.of(link)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
