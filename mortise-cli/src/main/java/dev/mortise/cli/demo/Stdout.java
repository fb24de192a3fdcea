package dev.mortise.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person looks at the output as it comes. */
final class Stdout {
    /** Set by the launcher when it is so. */
    private static final String TERMINAL = "mortise.terminal";

    private static final Path LINK = Path.of("/proc/self/fd/1");

    private Stdout() {}

    static boolean isTerminal() {
        if (Boolean.getBoolean(TERMINAL)) {
            return true;
        }
        try {
            String target = Files.readSymbolicLink(LINK).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
