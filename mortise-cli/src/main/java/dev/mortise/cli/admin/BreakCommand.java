package dev.mortise.cli.admin;

import dev.mortise.LockInfo;
import dev.mortise.admin.ForceReport;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.admin.LockAdmin;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.json.ReportJson;
import dev.mortise.cli.text.LockWords;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.Terminals;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends holds by force. */
@Command(
        name = "break",
        description = {
            "Ends the holds of a lock by force, and says who loses it. The next waiter gets the lock at once.",
            "The former holder is told, and may believe for a while that it still has the lock: only writes with a fencing token"
                    + " are safe then. Exactly those holds end that are shown; one that came later is left alone.",
            ""
        },
        customSynopsis = {
            "mortise break NAME --reason TEXT [--token T] [--yes] [OPTIONS]",
            "mortise break --pattern PATTERN --reason TEXT [--dry-run] [--yes] [OPTIONS]"
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:All ended that were to end, or there were none.",
            "1:The answer was no, and nothing was ended.",
            "64:The command line is wrong; or there is neither a terminal nor --yes.",
            "69:Redis cannot be reached or refuses. What was ended by then is shown.",
            "77:The holder has changed, so that hold was not ended; says who holds the lock now.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise break nightly-report --reason 'host db-7 burnt down'",
            "  mortise break stock --token 1795888330488140 --reason 'stuck' --yes",
            "  mortise break --pattern 'batch-*' --reason 'batch was stopped' --dry-run",
        })
public final class BreakCommand extends AdminCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The lock: 1 to 512 bytes of UTF-8.")
    private @Nullable String name;

    @Option(
            names = "--pattern",
            paramLabel = "PATTERN",
            description = "In place of NAME: all locks that match; * stands for any characters, ? for one.")
    private @Nullable String pattern;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Shown to the former holder, with host and process of this command; 1 to 128 characters.")
    private String reason = "";

    @Option(
            names = "--token",
            paramLabel = "T",
            description = "Only the hold with that fencing token, as shown by mortise show.")
    private @Nullable Long token;

    @Option(names = "--dry-run", description = "Only show who would lose which lock.")
    private boolean isDryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean isSure;

    @Override
    void check() {
        if ((name == null) == (pattern == null)) {
            throw wrong("either NAME or --pattern is needed");
        }
        if (token != null && pattern != null) {
            throw wrong("--token and --pattern are mutually exclusive");
        }
        if (token != null && token <= 0) {
            throw wrong("--token must be positive");
        }
        if (!isSure && !isDryRun && !Terminals.isInput()) {
            throw wrong("there is no terminal to ask at: say --yes");
        }
    }

    @Override
    int run(LockAdmin admin) {
        List<ForceReport.Forced> found = find(admin);
        if (isDryRun) {
            showDryRun(found);
            return ExitCode.OK;
        }
        List<Target> targets = targets(found);
        if (targets.isEmpty()) {
            say(pattern == null ? "lock '" + name + "' is not held" : "no lock that is held matches '" + pattern + "'");
            return ExitCode.OK;
        }
        if (!isSure && !isConfirmed(found, targets.size())) {
            say("nothing was ended");
            return ExitCode.FAILED;
        }
        return end(admin, targets);
    }

    private List<ForceReport.Forced> find(LockAdmin admin) {
        if (pattern != null) {
            return admin.forceReleaseAll(pattern, reason, true).locks();
        }
        LockInfo info = admin.inspect(String.valueOf(name));
        return info.isLocked() ? List.of(new ForceReport.Forced(info.name(), info.holders(), 0)) : List.of();
    }

    /** What is to end. A token that is asked for may be that of an earlier lease within a hold, which the server knows. */
    private List<Target> targets(List<ForceReport.Forced> found) {
        if (token != null) {
            return List.of(new Target(String.valueOf(name), token));
        }
        Set<Target> seen = new HashSet<>();
        List<Target> targets = new ArrayList<>();
        for (ForceReport.Forced lock : found) {
            for (LockInfo.Holder holder : lock.holders()) {
                Target target = new Target(lock.lockName(), holder.fencingToken());
                if (seen.add(target)) {
                    targets.add(target);
                }
            }
        }
        return targets;
    }

    /** One hold. */
    private record Target(String lockName, long fencingToken) {}

    private void showDryRun(List<ForceReport.Forced> found) {
        if (isJson()) {
            JsonLines lines = json();
            found.forEach(lock -> ReportJson.line(lines, lock));
        } else {
            Output out = text();
            describe(found).forEach(out::line);
            out.line(found.size() + (found.size() == 1 ? " lock" : " locks")
                    + ", nothing was ended: this was a dry run");
        }
    }

    private boolean isConfirmed(List<ForceReport.Forced> found, int holds) {
        describe(found).forEach(err()::println);
        String which = token == null
                ? (holds == 1 ? "this hold" : "these " + holds + " holds")
                : "the hold with token " + token;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        return new Confirmation(in, err()).isGiven("End " + which + "?");
    }

    private static List<String> describe(List<ForceReport.Forced> found) {
        Instant now = Clock.systemUTC().instant();
        List<String> lines = new ArrayList<>();
        for (ForceReport.Forced lock : found) {
            for (LockInfo.Holder holder : lock.holders()) {
                lines.add(Printable.of("lock '" + lock.lockName() + "': " + LockWords.of(holder, now)));
            }
        }
        return lines;
    }

    private int end(LockAdmin admin, List<Target> targets) {
        boolean isAll = true;
        for (Target target : targets) {
            ForcedRelease done = admin.forceRelease(target.lockName(), target.fencingToken(), reason);
            isAll &= done.isEnded();
            if (isJson()) {
                ReportJson.line(json(), done);
            } else {
                text().line(Printable.of(done.toString()));
            }
        }
        return isAll ? ExitCode.OK : ExitCode.CHANGED;
    }
}
