package dev.mortise.cli.admin;

import dev.mortise.ClientInfo;
import dev.mortise.admin.LockAdmin;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.json.LockJson;
import dev.mortise.cli.text.ShortDuration;
import dev.mortise.cli.text.Table;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;

/** Which clients are alive. */
@Command(
        name = "clients",
        description = {
            "Lists the clients that were heard of within the last 30 s, other than the one of this command.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Listed.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise clients",
            "  mortise clients --json | jq -r .version | sort | uniq -c",
        })
public final class ClientsCommand extends AdminCommand {
    @Override
    int run(LockAdmin admin) {
        List<ClientInfo> clients =
                admin.clients().stream().filter(client -> !isOwn(client)).toList();
        if (isJson()) {
            JsonLines lines = json();
            clients.forEach(client -> LockJson.line(lines, client));
        } else {
            write(clients);
        }
        if (clients.isEmpty()) {
            say("no client is alive");
        }
        return ExitCode.OK;
    }

    /** It may be listed by now or not, as its first heartbeat is sent beside this. */
    private static boolean isOwn(ClientInfo client) {
        return client.name().equals("mortise-clients")
                && client.pid() == ProcessHandle.current().pid();
    }

    private void write(List<ClientInfo> clients) {
        Instant now = Clock.systemUTC().instant();
        Table table = new Table(text(), "HOST", "PID", "NAME", "OPEN", "VERSION", "ID");
        for (ClientInfo client : clients) {
            table.row(
                    orDash(client.host()),
                    client.pid() == 0 ? "-" : Long.toString(client.pid()),
                    orDash(client.name()),
                    client.openSince()
                            .map(since -> ShortDuration.between(since, now))
                            .orElse("-"),
                    orDash(client.version()),
                    client.id());
        }
        table.finish();
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
