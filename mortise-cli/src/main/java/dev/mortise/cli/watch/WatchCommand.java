package dev.mortise.cli.watch;

import dev.mortise.LockProvider;
import dev.mortise.cli.connect.ConnectOptions;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.option.DurationConverter;
import dev.mortise.cli.signal.Signals;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Palette;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.Terminals;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Locks as they are now, on a live screen or as plain lines. */
@Command(
        name = "watch",
        description = {
            "Shows locks that are held or waited for, live: the busiest ones, the longest waits and holds. Keys sort, filter"
                    + " and open a lock; ? tells which. Without a terminal, a block of plain lines for each round.",
            "It only looks. A round asks for some of the keys at a time, for the locks that match (--max of them at most), and"
                    + " for the clients in these. A round that takes long makes the interval longer: four times what it took.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise watch",
            "  mortise watch 'orders/*' --sort wait --interval 5s",
            "  mortise watch --json --interval 10s | jq -c 'select(.type == \"round\")'"
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Ended by q, or after --count rounds.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
            "130:Ended by Ctrl-C; 128 + n by signal n."
        },
        sortOptions = false)
public final class WatchCommand implements Callable<Integer> {
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);
    private static final int MOST_LOCKS = 10_000;
    private static final Duration TO_CLOSE = Duration.ofSeconds(1);

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "Which locks: * stands for any characters, ? for one. Default: all.")
    private String pattern = "*";

    @Option(
            names = "--interval",
            paramLabel = "D",
            converter = DurationConverter.class,
            defaultValue = "2s",
            description = "From one round to the next, at least 100ms. Default: ${DEFAULT-VALUE}.")
    private Duration interval = Duration.ZERO;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End after so many rounds, with plain lines. Default: never.")
    private @Nullable Long count;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            converter = WatchOrderConverter.class,
            defaultValue = "busiest",
            description = "What comes first: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private WatchOrder order = WatchOrder.BUSIEST;

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "500",
            description = "The most locks that one round lists, 1 to 10000; the rest is for the rounds after it."
                    + " Default: ${DEFAULT-VALUE}.")
    private int most;

    @Option(names = "--plain", description = "Plain lines on a terminal, too.")
    private boolean isPlain;

    @Option(
            names = "--json",
            description = "Write JSON, one object a line, also on a terminal. Its fields are in the guide.")
    private boolean isJson;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "20",
            description = "The most locks that a round writes as plain lines or JSON. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Override
    public Integer call() throws InterruptedException {
        require(interval.compareTo(LEAST_INTERVAL) >= 0, "--interval must be at least 100ms");
        require(count == null || count > 0, "--count must be at least 1");
        require(most >= 1 && most <= MOST_LOCKS, "--max must be from 1 to " + MOST_LOCKS);
        require(rows >= 1, "--rows must be at least 1");
        WatchSettings settings =
                new WatchSettings(pattern, interval, most, count == null ? WatchSettings.ENDLESS : count, rows, order);
        LockProvider client = connect.open("mortise-watch");
        try {
            LockRounds rounds = new LockRounds(client.admin(), pattern, most, Clock.systemUTC());
            boolean isLive = !isPlain && !isJson && count == null && Terminals.isOutput() && Terminals.isInput();
            return isLive ? live(client, settings, rounds) : plain(settings, rounds);
        } finally {
            client.close(TO_CLOSE);
        }
    }

    private int live(LockProvider client, WatchSettings settings, LockRounds rounds) throws InterruptedException {
        boolean hasColours = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        Optional<TerminalScreen> opened = TerminalScreen.open(hasColours);
        if (opened.isEmpty()) {
            return plain(settings, rounds);
        }
        try (HeldErrors errors = new HeldErrors();
                TerminalScreen screen = opened.get()) {
            return new WatchLoop(screen, settings, () -> where(client), errors).run(rounds, Signals.ofThisProcess());
        }
    }

    private int plain(WatchSettings settings, LockRounds rounds) throws InterruptedException {
        PrintWriter writer = Objects.requireNonNull(spec).commandLine().getOut();
        Palette palette = isJson ? Palette.plain() : Palette.of(Terminals.isOutput(), System.getenv());
        Output out = new Output(writer, palette);
        WatchBlocks blocks = isJson
                ? new JsonBlocks(new JsonLines(out), settings)
                : new TextBlocks(out, settings, ZoneId.systemDefault());
        return new PlainWatch(settings, blocks).run(rounds, Signals.ofThisProcess());
    }

    private static String where(LockProvider client) {
        var servers = client.clientStatus().servers();
        return servers.isEmpty()
                ? ""
                : Printable.of(servers.get(0).address())
                        + (servers.size() == 1 ? "" : " and " + (servers.size() - 1) + " more");
    }

    private void require(boolean right, String message) {
        if (!right) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
        }
    }
}
