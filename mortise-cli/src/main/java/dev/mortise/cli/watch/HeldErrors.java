package dev.mortise.cli.watch;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Keeps the standard error output away from the screen while that is drawn. What was said is said afterwards. Thread-safe. */
final class HeldErrors implements AutoCloseable {
    /** So many of the last lines are kept. */
    private static final int LINES = 20;

    private final PrintStream before = System.err;

    /** Guarded by this. */
    private final Deque<String> lines = new ArrayDeque<>();

    HeldErrors() {
        System.setErr(new PrintStream(new Lines(), true, StandardCharsets.UTF_8));
    }

    /** The last line; empty when there is none. */
    synchronized String last() {
        return lines.isEmpty() ? "" : lines.getLast();
    }

    private synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.add(line);
    }

    /** Gives the output back, and says what was held, each line once. */
    @Override
    public void close() {
        System.setErr(before);
        Set<String> held;
        synchronized (this) {
            held = new LinkedHashSet<>(List.copyOf(lines));
        }
        held.forEach(before::println);
    }

    /** Makes lines of bytes. */
    private final class Lines extends ByteArrayOutputStream {
        @Override
        public synchronized void flush() {
            String text = toString(StandardCharsets.UTF_8);
            if (text.endsWith("\n")) {
                text.lines().filter(line -> !line.isBlank()).forEach(HeldErrors.this::add);
                reset();
            }
        }
    }
}
