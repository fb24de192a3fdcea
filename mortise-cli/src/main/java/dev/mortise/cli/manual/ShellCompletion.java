package dev.mortise.cli.manual;

import picocli.AutoComplete;
import picocli.CommandLine;

/** Completion of commands and options on the command line, as scripts for shells. */
public final class ShellCompletion {
    private ShellCompletion() {}

    /** For bash: to be sourced, or for the directory of bash-completion. */
    public static String bash(CommandLine command) {
        return "# " + Generated.MARK + "\n" + AutoComplete.bash(command.getCommandName(), command);
    }

    /**
     * For zsh: a function for a directory of its {@code fpath}. The one for bash, which zsh can use. Zsh runs it at the first
     * completion, which is therefore asked for at the end.
     */
    public static String zsh(CommandLine command) {
        String name = command.getCommandName();
        return "#compdef " + name + "\n" + bash(command) + "\n_bash_complete -o default -F _complete_" + name + "\n";
    }
}
