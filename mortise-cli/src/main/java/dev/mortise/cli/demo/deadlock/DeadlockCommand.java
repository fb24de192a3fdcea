package dev.mortise.cli.demo.deadlock;

import dev.mortise.cli.demo.scene.Checks;
import dev.mortise.cli.demo.scene.Interruption;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.signal.Signals;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what becomes of processes that wait for each other. */
@Command(
        name = "deadlock",
        description = {
            "Shows how a deadlock of three processes is found and ended.",
            "",
            "Starts a Redis and three processes. Each takes the lock of one account and then wants the lock that the"
                    + " next one holds, so none can go on. Shows who holds and wants what, the exception by which"
                    + " Mortise ends one of the waits, and how the others go on. Takes some ten seconds and needs"
                    + " nothing but this machine.",
            ""
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:All checks passed.", "1:A check failed."})
public final class DeadlockCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Checks checks = new Checks();
        Interruption interruption = new Interruption();
        Signals.ofThisProcess().handle(interruption);
        new DeadlockScene(out, checks, interruption).run();
        out.println(checks.table());
        return checks.allPassed() ? ExitCode.OK : ExitCode.FAILED;
    }
}
