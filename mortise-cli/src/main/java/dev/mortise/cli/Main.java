package dev.mortise.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;

/** The process. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        QuickStart.prepare();
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(Cli.execute(out, err, args));
    }
}
