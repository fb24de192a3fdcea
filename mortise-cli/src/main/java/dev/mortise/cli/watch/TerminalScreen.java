package dev.mortise.cli.watch;

import dev.mortise.cli.watch.ScreenLine.Piece;
import java.io.IOError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/** The terminal of this process, taken for a full screen and given back as it was. Thread-safe. */
final class TerminalScreen implements AutoCloseable {
    private static final long TO_END_MILLIS = 1_000;

    private final Terminal terminal;
    private final Display display;
    private final boolean hasColours;
    private final Thread atExit = new Thread(this::leave, "watch screen");

    /** Once true stays true. */
    private volatile boolean isClosed;

    /** Reads the keys; null before that. */
    private volatile @Nullable Thread reader;

    /** The settings of the terminal as they were; null while it is not taken. Guarded by this. */
    private @Nullable Attributes before;

    private TerminalScreen(Terminal terminal, boolean hasColours) {
        this.terminal = terminal;
        this.display = new Display(terminal, true);
        this.hasColours = hasColours;
        // Whatever ends this process, but KILL.
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Empty where there is no terminal that a screen can be drawn on. It is not taken yet. */
    static Optional<TerminalScreen> open(boolean hasColours) {
        Terminal terminal;
        try {
            // By stty and not by a native library: that sets the line discipline to something else.
            terminal = TerminalBuilder.builder()
                    .system(true)
                    .providers(TerminalBuilder.PROP_PROVIDER_EXEC)
                    .dumb(false)
                    .nativeSignals(true)
                    .build();
        } catch (IOException | IllegalStateException e) {
            return Optional.empty();
        }
        boolean canDraw = Stream.of(Capability.cursor_address, Capability.clear_screen)
                .allMatch(capability -> terminal.getStringCapability(capability) != null);
        if (!canDraw) {
            close(terminal);
            return Optional.empty();
        }
        return Optional.of(new TerminalScreen(terminal, hasColours));
    }

    /** Keys come one by one now, and what stood on the terminal is put aside. */
    synchronized void enter() {
        if (before == null) {
            before = terminal.enterRawMode();
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.keypad_xmit);
            terminal.puts(Capability.cursor_invisible);
            display.clear();
            terminal.flush();
        }
    }

    /** The terminal is as it was before. */
    synchronized void leave() {
        Attributes settings = before;
        if (settings == null) {
            return;
        }
        before = null;
        terminal.puts(Capability.exit_attribute_mode);
        if (!terminal.puts(Capability.exit_ca_mode)) {
            terminal.puts(Capability.clear_screen);
        }
        terminal.puts(Capability.keypad_local);
        terminal.puts(Capability.cursor_normal);
        terminal.flush();
        try {
            terminal.setAttributes(settings);
        } catch (IOError e) {
            // It is gone, so there is nothing to give back.
        }
    }

    /** Calls it at each change of the size, on another thread. */
    void onResize(Runnable resized) {
        terminal.handle(Signal.WINCH, signal -> resized.run());
    }

    /** Asked of the system with each call, which takes some milliseconds. */
    ScreenSize size() {
        Size size = terminal.getSize();
        return new ScreenSize(size.getColumns(), size.getRows());
    }

    /** All is drawn anew by the next {@link #draw}. */
    synchronized void forget() {
        display.clear();
    }

    /** Draws what has changed. The lines must fit. */
    synchronized void draw(List<ScreenLine> lines, ScreenSize size) {
        if (before == null) {
            return;
        }
        display.resize(Size.of(size.columns(), size.rows()));
        List<AttributedString> drawn = new ArrayList<>();
        lines.forEach(line -> drawn.add(drawn(line)));
        display.update(drawn, 0);
    }

    /** Tells each key, on a thread of its own, until the terminal is gone. */
    void readKeys(Consumer<WatchKey> pressed, Runnable gone) {
        Thread thread = new Thread(() -> KeyReader.of(terminal).read(pressed, gone, () -> isClosed), "watch keys");
        thread.setDaemon(true);
        thread.start();
        reader = thread;
    }

    private AttributedString drawn(ScreenLine line) {
        AttributedStringBuilder text = new AttributedStringBuilder();
        for (Piece piece : line.pieces()) {
            text.append(piece.text(), style(piece.ink()));
        }
        return text.toAttributedString();
    }

    private AttributedStyle style(Ink ink) {
        AttributedStyle plain = AttributedStyle.DEFAULT;
        return switch (ink) {
            case PLAIN -> plain;
            case HEADING -> plain.bold();
            case FAINT -> plain.faint();
            case WARNING -> hasColours ? plain.foreground(AttributedStyle.YELLOW) : plain;
            case BAD -> hasColours ? plain.bold().foreground(AttributedStyle.RED) : plain.bold();
            case BAR ->
                hasColours ? plain.foreground(AttributedStyle.BLACK).background(AttributedStyle.CYAN) : plain.inverse();
            case CHOSEN -> plain.inverse();
        };
    }

    @Override
    public void close() {
        leave();
        isClosed = true;
        Thread reading = reader;
        if (reading != null) {
            try {
                reading.join(TO_END_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook has nothing left to do.
        }
        close(terminal);
    }

    private static void close(Terminal terminal) {
        try {
            terminal.close();
        } catch (IOException e) {
            // It is gone, so there is nothing to give back.
        }
    }
}
