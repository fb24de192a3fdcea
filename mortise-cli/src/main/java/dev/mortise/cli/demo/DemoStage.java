package dev.mortise.cli.demo;

import dev.mortise.cli.text.Terminals;
import java.io.PrintWriter;

/** Where the audience sees what happens. */
interface DemoStage extends AutoCloseable {
    /** A part of the demo begins. */
    void part(String title);

    /** Something worth a line has happened. */
    void note(String text);

    @Override
    void close();

    /** A live table on a terminal, a line for each event elsewhere. */
    static DemoStage of(PrintWriter out, DemoWorkers crew, Ledger ledger, Account account) {
        boolean dumb = "dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
        return Terminals.isOutput() && !dumb ? new LiveStage(out, crew, ledger, account) : new PlainStage(out);
    }
}
