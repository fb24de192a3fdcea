package dev.mortise.cli.admin;

import dev.mortise.LockProvider;
import dev.mortise.admin.LockAdmin;
import dev.mortise.cli.connect.ConnectOptions;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.signal.SignalledEnd;
import dev.mortise.cli.signal.Signals;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Palette;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.Terminals;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all of them have: a connection that takes no lock, {@code --json}, and an end at a signal. */
abstract class AdminCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Option(names = "--json", description = "Write JSON, one object a line. Its fields are in the guide.")
    private boolean isJson;

    @Override
    public final Integer call() {
        check();
        SignalledEnd end = SignalledEnd.begin(Signals.ofThisProcess());
        try (LockProvider client = end.closing(connect.open("mortise-" + spec().name()))) {
            return run(client.admin());
        } catch (InterruptedException e) {
            return afterSignal(end.exitCode());
        } catch (RuntimeException e) {
            // A signal closes the client, so what was asked of it fails.
            if (end.isSignalled()) {
                return afterSignal(end.exitCode());
            }
            throw e;
        } finally {
            end.over();
        }
    }

    /** Before there is a connection: refuses options that do not fit. */
    void check() {}

    /**
     * Does the work.
     *
     * @return the exit code
     * @throws InterruptedException when a signal came while it waited
     */
    abstract int run(LockAdmin admin) throws InterruptedException;

    /** The exit code after a signal. */
    int afterSignal(int code) {
        return code;
    }

    final boolean isJson() {
        return isJson;
    }

    final JsonLines json() {
        return new JsonLines(text());
    }

    final Output text() {
        Palette palette = isJson ? Palette.plain() : Palette.of(Terminals.isOutput(), System.getenv());
        return new Output(spec().commandLine().getOut(), palette);
    }

    final PrintWriter err() {
        return spec().commandLine().getErr();
    }

    /** Something for the user that does not belong to the output. */
    final void say(String line) {
        err().println(spec().qualifiedName() + ": " + Printable.of(line));
    }

    final ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }
}
