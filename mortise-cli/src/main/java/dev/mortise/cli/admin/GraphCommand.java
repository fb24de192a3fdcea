package dev.mortise.cli.admin;

import dev.mortise.admin.LockAdmin;
import dev.mortise.admin.WaitGraph;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.GraphJson;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.Tone;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who waits for whom. */
@Command(
        name = "graph",
        description = {
            "Shows who waits for whom, over all clients: deadlocks first, then each owner that waits for no other, with those"
                    + " that wait for it below. Look at the first one that blocks many.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Shown, also when nobody waits.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise graph",
            "  mortise graph --dot | dot -Tsvg > waits.svg",
            "  mortise graph --json | jq '.cycles | length'",
        })
public final class GraphCommand extends AdminCommand {
    /** How the text of a graph says that a deadlock follows; what belongs to it is indented. */
    private static final String DEADLOCK = "Deadlock";

    @Option(names = "--dot", description = "Write it for Graphviz. Deadlocks are red.")
    private boolean isDot;

    @Override
    void check() {
        if (isDot && isJson()) {
            throw wrong("--dot and --json are mutually exclusive");
        }
    }

    @Override
    int run(LockAdmin admin) {
        WaitGraph graph = admin.waitGraph();
        if (isJson()) {
            GraphJson.line(json(), graph);
        } else if (isDot) {
            graph.toDot().lines().map(Printable::of).forEach(text()::line);
        } else {
            write(text(), graph.toText());
        }
        return ExitCode.OK;
    }

    private static void write(Output out, String text) {
        boolean isDeadlock = false;
        for (String line : text.lines().map(Printable::of).toList()) {
            isDeadlock = line.startsWith(DEADLOCK) || isDeadlock && line.startsWith(" ");
            out.line(isDeadlock ? out.palette().paint(Tone.BAD, line) : line);
        }
    }
}
