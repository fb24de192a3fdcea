package dev.mortise.cli.demo;

import java.io.PrintWriter;

/** A line for each event. */
final class PlainStage implements DemoStage {
    private final PrintWriter out;

    PlainStage(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void part(String title) {
        out.println(title);
    }

    @Override
    public void note(String text) {
        out.println("  " + text);
    }

    @Override
    public void close() {
        out.flush();
    }
}
