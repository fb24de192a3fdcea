package dev.mortise.cli.admin;

import dev.mortise.LockUnavailableException;
import dev.mortise.admin.LockAdmin;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.Secrets;
import dev.mortise.cli.json.ReportJson;
import dev.mortise.cli.option.DurationConverter;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Collects what dead clients left. */
@Command(
        name = "gc",
        description = {
            "Removes what clients left behind that ended without a word: leases that are over or that nobody renews, silent"
                    + " waiters, keys that nothing needs. A live client loses nothing.",
            "Reports what it found in each round. With --repeat it goes on until a signal, and tries again when Redis cannot"
                    + " be reached.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Looked through; with --repeat, ended by HUP, INT or TERM.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses, or did not answer in the middle.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise gc --dry-run",
            "  mortise gc 'jobs/*' --grace 10m",
            "  mortise gc --repeat --interval 10m --json >> gc.log",
        })
public final class GcCommand extends AdminCommand {
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);

    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Only locks whose names match: * stands for any characters, ? for one. Records of waits and"
                    + " heartbeats belong to no lock, and are left out then. Default: all.")
    private String pattern = "*";

    @Option(names = "--dry-run", description = "Only tell what would be removed.")
    private boolean isDryRun;

    @Option(names = "--repeat", description = "Begin another round after each --interval.")
    private boolean isRepeated;

    @Option(
            names = "--interval",
            paramLabel = "D",
            converter = DurationConverter.class,
            defaultValue = "1m",
            description = "From the end of a round to the next one; at least 1s. Default: ${DEFAULT-VALUE}.")
    private Duration interval = Duration.ZERO;

    @Option(
            names = "--grace",
            paramLabel = "D",
            converter = DurationConverter.class,
            defaultValue = "60s",
            description = "For how long nothing was heard of what is stale; 60s to 30d. Default: ${DEFAULT-VALUE}.")
    private Duration grace = Duration.ZERO;

    @Override
    void check() {
        if (interval.compareTo(LEAST_INTERVAL) < 0) {
            throw wrong("--interval must be at least 1s");
        }
        if (grace.compareTo(StalePolicy.MIN_GRACE) < 0 || grace.compareTo(StalePolicy.MAX_GRACE) > 0) {
            throw wrong("--grace must be from 60s to 30d");
        }
    }

    @Override
    int run(LockAdmin admin) throws InterruptedException {
        StalePolicy policy = StalePolicy.defaults().grace(grace).pattern(pattern);
        boolean isComplete = round(admin, policy);
        while (isRepeated) {
            Thread.sleep(interval.toMillis());
            isComplete = round(admin, policy);
        }
        return isComplete ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }

    /** That is how a repeated collection ends; what was removed by then stays removed. */
    @Override
    int afterSignal(int code) {
        return isRepeated ? ExitCode.OK : code;
    }

    private boolean round(LockAdmin admin, StalePolicy policy) {
        StaleReport report;
        try {
            report = admin.collectStale(policy, isDryRun);
        } catch (LockUnavailableException e) {
            if (!isRepeated) {
                throw e;
            }
            say(Secrets.hide(e.getMessage() + "; trying again in " + ShortDuration.of(interval)));
            return false;
        }
        Instant at = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        if (isJson()) {
            ReportJson.line(json(), report, at);
        } else {
            write(text(), report, at);
        }
        return report.isComplete();
    }

    private static void write(Output out, StaleReport report, Instant at) {
        List<String> lines = report.toString().lines().map(Printable::of).toList();
        lines.subList(0, lines.size() - 1).forEach(out::line);
        out.line(at.truncatedTo(ChronoUnit.SECONDS) + " " + lines.get(lines.size() - 1));
    }
}
