package dev.mortise.cli.watch;

import dev.mortise.cli.watch.WatchKey.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jline.terminal.KeyEvent;
import org.jline.terminal.KeyEvent.Modifier;
import org.jline.terminal.KeyParser;
import org.jline.terminal.Terminal;
import org.jline.utils.Curses;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** Makes keys of what a terminal sends. Used by one thread. */
final class KeyReader {
    private static final char ESCAPE = '\u001b';

    /** What belongs to one key comes at once; a person who presses Escape sends nothing behind it. */
    private static final long TOGETHER_MILLIS = 50;

    private static final long WAIT_MILLIS = 250;

    /** No key sends more. */
    private static final int LONGEST = 32;

    private static final Map<Capability, Kind> CAPABILITIES = Map.of(
            Capability.key_up, Kind.UP,
            Capability.key_down, Kind.DOWN,
            Capability.key_left, Kind.LEFT,
            Capability.key_right, Kind.RIGHT,
            Capability.key_ppage, Kind.PAGE_UP,
            Capability.key_npage, Kind.PAGE_DOWN,
            Capability.key_home, Kind.HOME,
            Capability.key_end, Kind.END,
            Capability.key_f1, Kind.HELP,
            Capability.key_backspace, Kind.BACKSPACE);

    private final NonBlockingReader in;

    /** By what this terminal says that it sends. */
    private final Map<String, Kind> keys;

    private KeyReader(NonBlockingReader in, Map<String, Kind> keys) {
        this.in = in;
        this.keys = keys;
    }

    static KeyReader of(Terminal terminal) {
        Map<String, Kind> keys = new HashMap<>();
        CAPABILITIES.forEach((capability, kind) -> {
            String sent = terminal.getStringCapability(capability);
            if (sent != null) {
                keys.put(Curses.tputs(sent), kind);
            }
        });
        return new KeyReader(terminal.reader(), keys);
    }

    /**
     * Tells each key, until the terminal is gone or nobody reads on. Who waits for a key keeps the terminal from being closed, so
     * it waits for a short time, again and again.
     *
     * @param isOver whether to stop
     */
    void read(Consumer<WatchKey> pressed, Runnable gone, BooleanSupplier isOver) {
        try {
            int first = NonBlockingReader.READ_EXPIRED;
            while (first != NonBlockingReader.EOF && !isOver.getAsBoolean()) {
                first = in.read(WAIT_MILLIS);
                if (first >= 0) {
                    pressed.accept(key(sequence((char) first)));
                }
            }
        } catch (IOException e) {
            // It is gone, too.
        }
        gone.run();
    }

    /** All that one key has sent. */
    private String sequence(char first) throws IOException {
        StringBuilder sequence = new StringBuilder().append(first);
        if (Character.isHighSurrogate(first)) {
            append(sequence);
        }
        if (first == ESCAPE && append(sequence)) {
            char second = sequence.charAt(1);
            boolean isLong = second == '[' || second == 'O';
            while (isLong && sequence.length() < LONGEST && append(sequence)) {
                char last = sequence.charAt(sequence.length() - 1);
                isLong = last < '@' || last > '~';
            }
        }
        return sequence.toString();
    }

    /** False when no more comes. */
    private boolean append(StringBuilder sequence) throws IOException {
        int next = in.read(TOGETHER_MILLIS);
        if (next < 0) {
            return false;
        }
        sequence.append((char) next);
        return true;
    }

    private WatchKey key(String sequence) {
        Kind known = keys.get(sequence);
        if (known != null) {
            return WatchKey.of(known);
        }
        if (sequence.codePointCount(0, sequence.length()) == 1 && !Character.isISOControl(sequence.codePointAt(0))) {
            return WatchKey.text(sequence);
        }
        return WatchKey.of(kind(KeyParser.parse(sequence)));
    }

    private static Kind kind(KeyEvent event) {
        return switch (event.getType()) {
            case Arrow ->
                switch (event.getArrow()) {
                    case Up -> Kind.UP;
                    case Down -> Kind.DOWN;
                    case Left -> Kind.LEFT;
                    case Right -> Kind.RIGHT;
                };
            case Special ->
                switch (event.getSpecial()) {
                    case Enter -> Kind.ENTER;
                    case Escape -> Kind.ESCAPE;
                    case Backspace -> Kind.BACKSPACE;
                    case Home -> Kind.HOME;
                    case End -> Kind.END;
                    case PageUp -> Kind.PAGE_UP;
                    case PageDown -> Kind.PAGE_DOWN;
                    default -> Kind.OTHER;
                };
            case Character -> event.hasModifier(Modifier.Control) ? control(event.getCharacter()) : Kind.OTHER;
            default -> Kind.OTHER;
        };
    }

    private static Kind control(char letter) {
        return switch (letter) {
            case 'c' -> Kind.INTERRUPT;
            case 'z' -> Kind.SUSPEND;
            case 'l' -> Kind.REDRAW;
            default -> Kind.OTHER;
        };
    }
}
