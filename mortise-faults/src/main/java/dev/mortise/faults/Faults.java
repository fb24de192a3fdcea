package dev.mortise.faults;

import dev.mortise.faults.nemesis.Mishap;
import dev.mortise.faults.place.Kind;
import dev.mortise.faults.report.HistoryFile;
import dev.mortise.faults.report.Page;
import dev.mortise.faults.report.Summary;
import dev.mortise.faults.report.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Lets workers use locks while things go wrong, and checks what must hold. Exits with 1 if it does not.")
public final class Faults implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "fault", description = "What goes wrong, such as worker-kill; everything by default.")
    private List<String> kinds = new ArrayList<>();

    @Option(names = "--minutes", description = "How long; ${DEFAULT-VALUE} by default.")
    private double minutes = 2;

    @Option(names = "--seed", description = "What chooses faults and traffic; another one each run by default.")
    private long seed = ThreadLocalRandom.current().nextInt(1, 1_000_000);

    @Option(names = "--workers", description = "How many JVMs; ${DEFAULT-VALUE} by default.")
    private int workers = 3;

    @Option(
            names = "--lease",
            paramLabel = "ms",
            description =
                    "How long leases are; 3000 by default, 12000 on a quorum, which waits for a node for a 24th of that.")
    private OptionalLong leaseMillis = OptionalLong.empty();

    @Option(
            names = "--on",
            paramLabel = "deployment",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
    private Kind kind = Kind.STANDALONE;

    @Option(names = "--local-hand-off", description = "Workers hand locks on among their threads.")
    private boolean localHandOff;

    @Option(names = "--keep", description = "Keeps what was recorded, also if nothing is wrong with it.")
    private boolean keep;

    @Option(
            names = "--histories",
            paramLabel = "dir",
            description = "Where what was recorded is kept, a file each run; ${DEFAULT-VALUE} by default.")
    private Path histories = Path.of("target", "faults");

    @Option(names = "--check", paramLabel = "file", description = "Runs nothing, but checks again what was kept there.")
    private List<Path> kept = new ArrayList<>();

    @Option(names = "--out", paramLabel = "dir", description = "Also writes faults.md and faults.json there.")
    private List<Path> out = new ArrayList<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Faults())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!kept.isEmpty()) {
            return check();
        }
        PrintWriter progress = spec.commandLine().getErr();
        progress.println("seed " + seed);
        Run run = new Run(
                kind,
                localHandOff,
                seed,
                Duration.ofMillis((long) (minutes * 60_000)),
                workers,
                Duration.ofMillis(leaseMillis.orElse(kind == Kind.QUORUM ? 12_000 : 3000)),
                mishaps());
        Run.Result result = run.go(line -> {
            progress.println(line);
            progress.flush();
        });
        Summary summary = result.summary();
        if (keep || !summary.passed()) {
            Files.createDirectories(histories);
            String how = kind + (localHandOff ? "-local-hand-off" : "") + "-" + seed;
            Path file = histories.resolve(how + "-" + summary.date().replace(":", "") + ".json");
            HistoryFile.write(result.history(), file);
            progress.println("kept in " + file);
        }
        spec.commandLine().getOut().println(Page.markdown(summary));
        spec.commandLine().getOut().flush();
        for (Path directory : out) {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("faults.md"), Page.markdown(summary));
            Files.writeString(directory.resolve("faults.json"), Page.json(summary));
        }
        return summary.passed() ? 0 : 1;
    }

    private int check() throws IOException {
        boolean passed = true;
        for (Path file : kept) {
            for (Verdict verdict : Verdict.of(HistoryFile.read(file))) {
                passed &= verdict.violations().isEmpty();
                spec.commandLine().getOut().print(Page.markdown(verdict));
            }
        }
        spec.commandLine().getOut().flush();
        return passed ? 0 : 1;
    }

    private List<Mishap> mishaps() {
        List<Mishap> chosen = new ArrayList<>();
        for (String kind : kinds) {
            try {
                chosen.add(Mishap.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        spec.commandLine(), "no fault '" + kind + "' among " + List.of(Mishap.values()), e);
            }
        }
        return chosen.isEmpty() ? List.of(Mishap.values()) : chosen;
    }
}
