package dev.mortise.cli.demo;

import dev.mortise.cli.demo.deadlock.DeadlockCommand;
import dev.mortise.cli.demo.scene.Checks;
import dev.mortise.cli.demo.scene.Interruption;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.signal.Signals;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what a lock is for. */
@Command(
        name = "demo",
        description = {
            "Starts a Redis and some worker processes that all add to one account file: without a lock, under a lock,"
                    + " with a worker that is killed while it holds the lock, and with one that is frozen past its"
                    + " lease. Then checks what became of the account. Needs nothing but this machine.",
            ""
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:All checks passed.", "1:A check failed."},
        subcommands = DeadlockCommand.class,
        synopsisSubcommandLabel = "[COMMAND]",
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {
    /** One is killed, one is frozen, and somebody has to go on. */
    private static final int LEAST_WORKERS = 3;

    private static final int MOST_WORKERS = 16;
    private static final int MOST_SECONDS = 3600;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many processes work, 3 to 16. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long they work without the lock, and again with it. Default: 5, with --quick 1.")
    private @Nullable Integer seconds;

    @Option(names = "--quick", description = "Be done within 25 seconds.")
    private boolean quick;

    @Override
    public Integer call() {
        CommandSpec commandSpec = Objects.requireNonNull(spec);
        int worked = seconds != null ? seconds : quick ? 1 : 5;
        require(commandSpec, workers >= LEAST_WORKERS && workers <= MOST_WORKERS, "--workers must be from 3 to 16");
        require(commandSpec, worked >= 1 && worked <= MOST_SECONDS, "--seconds must be from 1 to " + MOST_SECONDS);
        PrintWriter out = commandSpec.commandLine().getOut();
        Checks checks = new Checks();
        Interruption interruption = new Interruption();
        Signals.ofThisProcess().handle(interruption);
        new Demo(workers, Duration.ofSeconds(worked), out, checks, interruption).run();
        out.println(checks.table());
        return checks.allPassed() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void require(CommandSpec commandSpec, boolean right, String message) {
        if (!right) {
            throw new ParameterException(commandSpec.commandLine(), message);
        }
    }
}
