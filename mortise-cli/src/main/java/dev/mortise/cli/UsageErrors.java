package dev.mortise.cli;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.Secrets;
import dev.mortise.cli.text.Printable;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A wrong command line: one line that says what is wrong and where to read on. */
final class UsageErrors implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        failure.getCommandLine()
                .getErr()
                .println(Printable.of(
                        Secrets.hide(command + ": " + describe(failure) + " (see " + command + " --help)")));
        return ExitCode.USAGE;
    }

    private static String describe(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return describe(unmatched.getUnmatched());
        }
        String message = Objects.requireNonNullElse(failure.getMessage(), "wrong arguments");
        return message.lines().findFirst().orElse("wrong arguments");
    }

    /** Names options only: what follows an unknown one may be a secret. */
    private static String describe(List<String> unmatched) {
        return unmatched.stream()
                .filter(arg -> arg.startsWith("-"))
                .findFirst()
                .map(option -> "unknown option " + option.split("=", 2)[0])
                .orElse("unexpected argument");
    }
}
