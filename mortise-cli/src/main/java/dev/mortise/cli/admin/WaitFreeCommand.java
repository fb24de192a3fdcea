package dev.mortise.cli.admin;

import dev.mortise.LockInfo;
import dev.mortise.admin.LockAdmin;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.cli.json.LockJson;
import dev.mortise.cli.option.DurationConverter;
import dev.mortise.cli.text.LockWords;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits until nobody holds a lock, and does not take it. */
@Command(
        name = "wait",
        description = {
            "Waits until nobody holds a lock, and says who does meanwhile. It does not take the lock: another client may have it"
                    + " by the time that this command ends. To run something under the lock, use mortise run.",
            "It looks by itself, every two seconds at most, and does not stand in the queue.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Nobody holds the lock.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
            "75:The time-out is over, and the lock is held; says by whom.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise wait nightly-report",
            "  mortise wait nightly-report --timeout 10m && ./next-step.sh",
            "  mortise wait nightly-report --timeout 0 || echo 'still running'",
        })
public final class WaitFreeCommand extends AdminCommand {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    @Parameters(paramLabel = "NAME", description = "The lock: 1 to 512 bytes of UTF-8.")
    private String name = "";

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "How long to wait at most; 0 = look once. Default: forever.")
    private @Nullable Duration timeout;

    @Override
    int run(LockAdmin admin) throws InterruptedException {
        long begin = System.nanoTime();
        Duration pause = SHORTEST_PAUSE;
        List<Long> told = List.of();
        while (true) {
            LockInfo info = admin.inspect(name);
            List<Long> tokens =
                    info.holders().stream().map(LockInfo.Holder::fencingToken).toList();
            Duration waited = Duration.ofNanos(System.nanoTime() - begin);
            if (tokens.isEmpty() || !tokens.equals(told)) {
                tell(info, waited);
                told = tokens;
            }
            if (tokens.isEmpty()) {
                return ExitCode.OK;
            }
            Thread.sleep(shorter(pause, left(info, waited)).toMillis());
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    /** More than nothing. */
    private Duration left(LockInfo info, Duration waited) {
        if (timeout == null) {
            return LONGEST_PAUSE;
        }
        Duration left = timeout.minus(waited);
        if (left.isNegative() || left.isZero()) {
            throw new ExitException(
                    ExitCode.BUSY,
                    "lock '" + name + "' is still held after " + ShortDuration.of(waited) + ": " + holders(info));
        }
        // Rounded up, so that no pause is nothing.
        return left.plusMillis(1);
    }

    private void tell(LockInfo info, Duration waited) {
        if (isJson()) {
            LockJson.line(json(), info);
        } else if (info.isLocked()) {
            int waiters = info.waiters().size();
            text().line(Printable.of("held by " + holders(info) + (waiters == 0 ? "" : "; waiting: " + waiters)));
        } else {
            text().line("free after " + ShortDuration.of(waited));
        }
    }

    private static String holders(LockInfo info) {
        var now = Clock.systemUTC().instant();
        return info.holders().stream().map(holder -> LockWords.of(holder, now)).collect(Collectors.joining("; "));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
