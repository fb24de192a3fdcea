package dev.mortise.cli.text;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import java.io.PrintWriter;

/** Lines on the standard output. Not thread-safe. */
public final class Output {
    private final PrintWriter out;
    private final Palette palette;

    /** Lines go there. */
    public Output(PrintWriter out, Palette palette) {
        this.out = out;
        this.palette = palette;
    }

    /** Colours for what is written here. */
    public Palette palette() {
        return palette;
    }

    /**
     * Writes a line and sends it on at once.
     *
     * @throws ExitException when the reader has gone, as {@code head} does; without words
     */
    public void line(String text) {
        out.println(text);
        if (out.checkError()) {
            throw new ExitException(ExitCode.ofSignal(ExitCode.PIPE), "");
        }
    }
}
