package dev.mortise.cli;

import dev.mortise.cli.manual.Installation;
import dev.mortise.cli.manual.ManualPage;
import dev.mortise.cli.manual.ShellCompletion;
import dev.mortise.cli.manual.UserPlaces;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Completion for shells, and manual pages: all from what the commands say of themselves. */
@Command(
        name = "completion",
        description = {
            "Completion of commands and options for bash and zsh, and the manual pages: prints them, or installs them for"
                    + " you alone.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise completion install --dry-run",
            "  source <(mortise completion bash)",
            "  mortise completion man run | man -l -",
        })
final class CompletionCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                line(), "say which: bash, zsh or man to print, install or uninstall for your own files");
    }

    @Command(
            name = "bash",
            description = {"Prints the completion for bash, which is to be sourced.", ""})
    void bash() {
        print(ShellCompletion.bash(commands()));
    }

    @Command(
            name = "zsh",
            description = {"Prints the completion for zsh, as the function _mortise for a directory of its fpath.", ""})
    void zsh() {
        print(ShellCompletion.zsh(commands()));
    }

    @Command(
            name = "man",
            description = {"Prints a manual page.", ""})
    void man(
            @Parameters(
                            arity = "0..*",
                            paramLabel = "COMMAND",
                            description = "Whose page, such as run, or demo deadlock. Default: that of mortise.")
                    @Nullable
                    List<String> names) {
        CommandLine command = commands();
        for (String name : Objects.requireNonNullElse(names, List.<String>of())) {
            command = command.getSubcommands().get(name);
            if (command == null) {
                throw new ParameterException(line(), "there is no command " + name);
            }
        }
        print(ManualPage.of(command, Version.text()));
    }

    @Command(
            name = "install",
            description = {
                "Puts the completion for bash and zsh, and the manual pages, below ~/.local/share, or where XDG_DATA_HOME"
                        + " and BASH_COMPLETION_USER_DIR say. Says what it did, and what is left to do. A file that it"
                        + " did not write is left alone.",
                ""
            })
    void install(@Option(names = "--dry-run", description = "Only say what would be done.") boolean dryRun) {
        UserPlaces places = places();
        PrintWriter out = line().getOut();
        new Installation(dryRun, out::println).install(files(places));
        out.println();
        out.println("bash: loaded by bash-completion, where that is installed, in a new shell");
        out.println("zsh:  needs this in ~/.zshrc before compinit: fpath=('" + places.zsh() + "' $fpath)");
        out.println("man:  man mortise; if that finds nothing: export MANPATH='"
                + places.man().getParent() + ":'");
        out.println("undo: mortise completion uninstall");
    }

    @Command(
            name = "uninstall",
            description = {"Removes what install has put there.", ""})
    void uninstall(@Option(names = "--dry-run", description = "Only say what would be done.") boolean dryRun) {
        PrintWriter out = line().getOut();
        new Installation(dryRun, out::println).remove(files(places()).keySet());
    }

    private static Map<Path, String> files(UserPlaces places) {
        CommandLine commands = commands();
        return places.files(
                commands.getCommandName(),
                ShellCompletion.bash(commands),
                ShellCompletion.zsh(commands),
                ManualPage.all(commands, Version.text()));
    }

    private static UserPlaces places() {
        return UserPlaces.of(System.getenv(), System.getProperty("user.home", "/"));
    }

    private static CommandLine commands() {
        return Commands.all(new MortiseCommand());
    }

    private CommandLine line() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private void print(String text) {
        line().getOut().print(text);
        line().getOut().flush();
    }
}
