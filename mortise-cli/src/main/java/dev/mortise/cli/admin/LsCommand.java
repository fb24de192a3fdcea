package dev.mortise.cli.admin;

import dev.mortise.LockInfo;
import dev.mortise.admin.LockAdmin;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.json.LockJson;
import dev.mortise.cli.text.LockTable;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Which locks there are. */
@Command(
        name = "ls",
        description = {
            "Lists the locks that are held or waited for, as they are found; in no order, and no snapshot.",
            "The server is asked for some names at a time and is not blocked.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Listed, also when there is none.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise ls",
            "  mortise ls 'orders/*' | head",
            "  mortise ls --json | jq 'select(.waiters | length > 10) | .name'",
        })
public final class LsCommand extends AdminCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Only names that match: * stands for any characters, ? for one. Default: all.")
    private String pattern = "*";

    @Override
    int run(LockAdmin admin) {
        Stream<LockInfo> locks = admin.list(pattern);
        boolean isAny = isJson() ? json(locks) : table(locks);
        if (!isAny) {
            say(pattern.equals("*") ? "no lock is in use" : "no lock in use matches '" + pattern + "'");
        }
        return ExitCode.OK;
    }

    private boolean json(Stream<LockInfo> locks) {
        JsonLines lines = json();
        Iterator<LockInfo> each = locks.iterator();
        boolean isAny = each.hasNext();
        each.forEachRemaining(info -> LockJson.line(lines, info));
        return isAny;
    }

    private boolean table(Stream<LockInfo> locks) {
        LockTable table = new LockTable(text());
        Iterator<LockInfo> each = locks.iterator();
        boolean isAny = false;
        try {
            while (each.hasNext()) {
                table.row(each.next());
                isAny = true;
            }
        } finally {
            table.finish();
        }
        return isAny;
    }
}
