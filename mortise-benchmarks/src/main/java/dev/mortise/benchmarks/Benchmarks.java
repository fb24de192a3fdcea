package dev.mortise.benchmarks;

import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Json;
import dev.mortise.benchmarks.report.Markdown;
import dev.mortise.benchmarks.report.Report;
import dev.mortise.benchmarks.report.Surroundings;
import dev.mortise.testkit.RedisProcess;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures Mortise and other lock libraries on a Redis server of its own.")
public final class Benchmarks implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "question", description = "What to ask, see below; all by default.")
    private List<Asked> questions = new ArrayList<>();

    @Option(names = "--rounds", description = "How often everybody runs; ${DEFAULT-VALUE} by default.")
    private int rounds = Scale.USUAL.rounds();

    @Option(
            names = "--window",
            paramLabel = "ms",
            description = "How long one runs at a time; ${DEFAULT-VALUE} by default.")
    private long windowMillis = Scale.USUAL.window().toMillis();

    @Option(names = "--out", paramLabel = "dir", description = "Also writes benchmarks.md and benchmarks.json there.")
    private List<Path> out = new ArrayList<>();

    @Option(names = "--tiny", description = "Just to see that it works; the numbers mean nothing.")
    private boolean tiny;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** With a line of help for each question. */
    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true);
        String[] lines = Arrays.stream(Asked.values())
                .map(asked -> String.format("  %-12s %s%n", asked.name().toLowerCase(Locale.ROOT), asked.text()))
                .toArray(String[]::new);
        command.getCommandSpec()
                .usageMessage()
                .footerHeading("%nQuestions:%n")
                .footer(String.join("", lines).stripTrailing());
        return command;
    }

    @Override
    public Integer call() throws Exception {
        Scale scale = tiny ? Scale.TINY : Scale.USUAL.with(rounds, Duration.ofMillis(windowMillis));
        List<Asked> asked = questions.isEmpty() ? List.of(Asked.values()) : questions;
        PrintWriter progress = spec.commandLine().getErr();
        Report report = run(scale, asked, line -> {
            progress.println(line);
            progress.flush();
        });
        spec.commandLine().getOut().println(Markdown.of(report));
        spec.commandLine().getOut().flush();
        for (Path directory : out) {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("benchmarks.md"), Markdown.of(report));
            Files.writeString(directory.resolve("benchmarks.json"), Json.of(report));
        }
        return 0;
    }

    /** Asks one after the other. */
    static Report run(Scale scale, List<Asked> questions, Consumer<String> progress) throws Exception {
        Instant date = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
        var machine = Surroundings.machine();
        String redis;
        try (RedisProcess server = RedisProcess.start()) {
            redis = server.info("server").getOrDefault("redis_version", "unknown");
        }
        List<Answer> answers = new ArrayList<>();
        for (Asked question : questions) {
            progress.accept(question.name().toLowerCase(Locale.ROOT));
            answers.add(question.question().ask(scale, line -> progress.accept("  " + line)));
        }
        return new Report(date.toString(), machine, Surroundings.versions(redis), scale.rounds(), answers);
    }
}
