package dev.mortise.cli;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.FailureReport;
import java.io.PrintWriter;

/** One command line from the arguments to the exit code. */
final class Cli {
    private Cli() {}

    static int execute(PrintWriter out, PrintWriter err, String... args) {
        MortiseCommand root = new MortiseCommand();
        return Commands.under(root, args)
                .setOut(out)
                .setErr(err)
                // An argument that begins with @ is one, not a file of arguments.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(24)
                .setParameterExceptionHandler(new UsageErrors())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    String name = command.getCommandSpec().qualifiedName();
                    if (!FailureReport.isSilent(failure)) {
                        command.getErr().println(FailureReport.line(name, failure));
                    }
                    if (root.debug() && !FailureReport.isSilent(failure)) {
                        command.getErr().print(FailureReport.trace(failure));
                        command.getErr().flush();
                    }
                    return FailureReport.code(failure);
                })
                .setExitCodeExceptionMapper(failure -> ExitCode.INTERNAL)
                .execute(args);
    }
}
