package dev.mortise.cli.run;

import dev.mortise.AcquireOptions;
import dev.mortise.cli.connect.ConnectOptions;
import dev.mortise.cli.option.DurationConverter;
import dev.mortise.cli.option.WaitConverter;
import dev.mortise.cli.signal.Signals;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a command under a lock, as flock(1) does, across machines. */
@Command(
        name = "run",
        description = {
            "Waits for the lock NAME, runs the command while holding it, and releases it when the command has ended.",
            "Several NAMEs are held together, all or none.",
            ""
        },
        customSynopsis = "mortise run NAME... [OPTIONS] -- COMMAND [ARG...]",
        sortOptions = false,
        exitCodeListHeading = "%nExit code: that of the command (128+n if signal n ended it), or%n",
        exitCodeList = {
            "64:The command line is wrong.",
            "65:NAME is in use as another kind of lock.",
            "69:Redis cannot be reached or refuses.",
            "73:The file of --fence-file cannot be written.",
            "75:Somebody else holds the lock and the wait is over; says who, and since when. Or the wait was part of a"
                    + " deadlock.",
            "76:The lock was lost, or could not be kept, while the command ran.",
            "126:The command cannot be executed.",
            "127:The command was not found.",
        },
        footerHeading = "%n",
        footer = {
            "Examples:",
            "  mortise run nightly --wait 10m -- ./make-report.sh",
            "  mortise run stock --shared -- ./read-stock.sh",
            "  mortise run stock --exclusive -- ./count-stock.sh",
            "  mortise run api --permits 1 --of 5 -- ./call-api.sh",
            "  mortise run account-1 account-2 -- ./transfer.sh",
            "  mortise run nightly --quorum --redis-file nodes -- ./make-report.sh",
            "",
            "In the environment of the command:",
            "  MORTISE_LOCK    NAME; several of them one a line.",
            "  MORTISE_FENCE   The fencing token: greater than that of every earlier",
            "                  holder (of a reader: writer). Let whatever the command",
            "                  writes to refuse a lower one than it has seen.",
            "  MORTISE_LEASE   The lease id, which no other hold ever has. Together with",
            "                  the token it is what RedisFence takes. Whoever knows it",
            "                  can release the lock: do not log it.",
            "",
            "HUP, INT and TERM are passed on to the command (a terminal sends Ctrl-C to it by itself); while waiting"
                    + " they end the wait, with 128+n.",
            "",
            "When the lock cannot be kept, the command and what it started get TERM, and KILL --kill-after later, shortly"
                    + " before the lease ends: nobody else has the lock before. When it is lost all at once (ended by"
                    + " force, its data gone), others may have it from then on, and TERM and KILL come after that.",
            "",
            "If this process is ended by KILL, the command goes on without a lock; only the fencing token stops it.",
        })
public final class RunCommand implements Callable<Integer> {
    private static final Duration LEAST_LEASE = Duration.ofMillis(500);

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0..*",
            arity = "1..*",
            paramLabel = "NAME",
            description =
                    "The lock: 1 to 512 bytes of UTF-8. With several of them the command holds all of these locks:"
                            + " they are taken in one order by all users, and none is kept while the others are not to be had.")
    private List<String> words = List.of();

    @Mixin
    private LockChoiceOptions choice = new LockChoiceOptions();

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Option(
            names = "--wait",
            paramLabel = "D",
            converter = WaitConverter.class,
            description = "How long to wait for the lock; 0 = not at all. Default: forever.")
    private Duration wait = AcquireOptions.FOREVER;

    @Option(
            names = "--lease",
            paramLabel = "D",
            converter = DurationConverter.class,
            defaultValue = "30s",
            description = "How long others wait when this process dies or is cut off; renewed while the command runs."
                    + " At least 500ms. Default: ${DEFAULT-VALUE}.")
    private Duration lease = Duration.ZERO;

    @Option(
            names = "--max-hold",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Hold the lock no longer than that: the command is ended before.")
    private @Nullable Duration maxHold;

    @Option(
            names = "--kill-after",
            paramLabel = "D",
            converter = DurationConverter.class,
            description =
                    "The time from TERM to KILL. TERM comes that much before the lease, or --max-hold, ends, so at"
                            + " most a third of either. Default: 5s, or a quarter of either.")
    private @Nullable Duration killAfter;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "Shown to whoever asks who holds the lock. Default: the name of the command.")
    private @Nullable String label;

    @Option(
            names = "--fence-file",
            paramLabel = "FILE",
            description = "Write the fencing token to this file before the command begins, for you alone to read, in"
                    + " one step. With several NAMEs a line for each follows: its token, a tab, the NAME.")
    private @Nullable Path fenceFile;

    @Override
    public Integer call() {
        CommandSpec commandSpec = Objects.requireNonNull(spec);
        RunWords split = RunWords.split(commandSpec.commandLine().getParseResult(), words);
        if (lease.compareTo(LEAST_LEASE) < 0) {
            throw wrong("--lease must be at least 500ms");
        }
        Program program = Program.find(split.command(), System.getenv());
        LockRequest request = new LockRequest(
                connect,
                orUsage(() -> choice.choose(split.names(), connect.isQuorum())),
                wait,
                lease,
                maxHold,
                Objects.requireNonNullElse(label, program.label()));
        return new LockedRun(
                        request,
                        program,
                        orUsage(() -> KillTime.of(killAfter, request.hold())),
                        fenceFile == null ? null : FenceFile.at(fenceFile),
                        commandSpec.commandLine().getErr(),
                        Signals.ofThisProcess())
                .run();
    }

    private <T> T orUsage(Supplier<T> checked) {
        try {
            return checked.get();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
