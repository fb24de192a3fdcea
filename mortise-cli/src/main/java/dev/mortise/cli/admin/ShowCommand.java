package dev.mortise.cli.admin;

import dev.mortise.LockInfo;
import dev.mortise.admin.LockAdmin;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.LockJson;
import dev.mortise.cli.text.LockWords;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import dev.mortise.cli.text.Table;
import dev.mortise.cli.text.Tone;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One lock. */
@Command(
        name = "show",
        description = {"Shows who holds a lock, since when, until when, and who waits for it.", ""},
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Shown, also when nobody uses it.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise show orders/4711",
            "  mortise show --json orders/4711 | jq '.holders[].fencingToken'",
        })
public final class ShowCommand extends AdminCommand {
    @Parameters(paramLabel = "NAME", description = "The lock: 1 to 512 bytes of UTF-8.")
    private String name = "";

    @Override
    int run(LockAdmin admin) {
        LockInfo info = admin.inspect(name);
        if (isJson()) {
            LockJson.line(json(), info);
        } else {
            write(text(), info, Clock.systemUTC().instant());
        }
        return ExitCode.OK;
    }

    private static void write(Output out, LockInfo info, Instant now) {
        boolean isUsed = info.isLocked() || !info.waiters().isEmpty();
        out.line(out.palette().paint(Tone.HEADING, Printable.of(info.name())));
        out.line("  kind        " + (isUsed ? LockWords.kind(info) : "-"));
        out.line("  use         " + LockWords.use(info));
        out.line("  waiting     " + info.waiters().size());
        out.line("  last token  " + (info.lastFencingToken() == 0 ? "-" : info.lastFencingToken()));
        if (info.isLocked()) {
            out.line("");
            holders(out, info, now);
        }
        if (!info.waiters().isEmpty()) {
            out.line("");
            waiters(out, info, now);
        }
    }

    private static void holders(Output out, LockInfo info, Instant now) {
        Table table = new Table(out, "FOR", "LEASE", "TOKEN", "PERMITS", "HOLDER");
        for (LockInfo.Holder holder : info.holders()) {
            table.row(
                    ShortDuration.between(holder.since(), now),
                    LockWords.left(holder.expiresIn()),
                    Long.toString(holder.fencingToken()),
                    LockWords.permits(info, holder.permits()),
                    LockWords.who(holder.owner(), holder.client(), holder.label()));
        }
        table.finish();
    }

    private static void waiters(Output out, LockInfo info, Instant now) {
        Table table = new Table(out, "PLACE", "FOR", "PERMITS", "WAITER");
        for (LockInfo.Waiter waiter : info.waiters()) {
            table.row(
                    Integer.toString(waiter.place()),
                    ShortDuration.between(waiter.since(), now),
                    LockWords.permits(info, waiter.permits()),
                    LockWords.who(waiter.owner(), waiter.client(), waiter.label()));
        }
        table.finish();
    }
}
