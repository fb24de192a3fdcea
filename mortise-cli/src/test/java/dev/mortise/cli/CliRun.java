package dev.mortise.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;

/**
 * One command line, run to its end in this JVM.
 *
 * @param out what it wrote
 * @param err what it wrote to stderr
 */
public record CliRun(int code, String out, String err) {
    /** Runs it. */
    public static CliRun of(String... args) {
        StringWriter out = new StringWriter();
        return of(out, args);
    }

    /** Runs it; the output goes there. */
    public static CliRun of(Writer out, String... args) {
        StringWriter err = new StringWriter();
        int code = Cli.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new CliRun(code, out.toString(), err.toString());
    }

    /** Its output, line by line. */
    public List<String> lines() {
        return out.lines().toList();
    }
}
