package dev.mortise.cli.bench;

import dev.mortise.LockProvider;
import dev.mortise.cli.connect.ConnectOptions;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.signal.Signals;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Palette;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures, for a few seconds. */
@Command(
        name = "bench",
        description = {
            "Measures for a few seconds how fast locks are against your Redis, and says what is normal.",
            "It uses locks of its own, whose names begin with " + Bench.NAMES
                    + ", and leaves nothing behind. One request"
                    + " at a time is on its way, so a server in use does not suffer.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:It was measured, whatever came out.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
            "75:A lock of its own was not granted, as in a quiet period after a fail-over.",
            "128+n:Signal n ended it.",
        },
        footerHeading = "%n",
        footer = {
            "What is measured, in turn:",
            "  round trip   one request that reads one key",
            "  cycle        acquire and release of a lock that nobody else wants: two",
            "               requests",
            "  hand-off     from the release by one client to the grant of another,",
            "               which waits; as between two processes",
            "",
            "Examples:",
            "  mortise bench --redis redis://redis.example.org",
            "  mortise bench --seconds 30 --json",
            "  mortise bench --quorum --redis-file nodes",
        })
public final class BenchCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 600;
    private static final String NAME = "mortise-bench";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "For how long to measure, 1 to 600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--json", description = "Write one JSON object. Its fields are in the guide.")
    private boolean isJson;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Override
    public Integer call() {
        CommandSpec commandSpec = Objects.requireNonNull(spec);
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new ParameterException(commandSpec.commandLine(), "--seconds must be from 1 to " + MOST_SECONDS);
        }
        Output out = new Output(commandSpec.commandLine().getOut(), Palette.plain());
        BenchStop stop = new BenchStop(Thread.currentThread());
        Signals.ofThisProcess().handle(stop);
        try (LockProvider client = connect.open(NAME);
                LockProvider other = connect.open(NAME)) {
            BenchResult result = new Bench(client, other, Duration.ofSeconds(seconds)).run();
            if (isJson) {
                BenchJson.line(new JsonLines(out), result, seconds);
            } else {
                BenchText.lines(result).forEach(out::line);
            }
            return ExitCode.OK;
        } catch (InterruptedException e) {
            return stop.exitCode();
        } catch (RuntimeException e) {
            // A signal breaks off the connecting, too.
            if (stop.isSignalled()) {
                return stop.exitCode();
            }
            throw e;
        }
    }
}
