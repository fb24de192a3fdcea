package dev.mortise.benchmarks;

import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Row;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.report.Spread;
import dev.mortise.benchmarks.script.Operation;
import dev.mortise.benchmarks.script.Operations;
import dev.mortise.benchmarks.script.Stage;
import dev.mortise.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** P14: how long does one call block everybody else, whatever waits, holds or is dead? */
final class Scripts implements Question {
    private static final double MOST_MICROS = 1000;

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (RedisProcess server = RedisProcess.start();
                Stage stage = new Stage(server)) {
            for (Operation operation : Operations.all()) {
                Samples samples = new Samples();
                for (int n : scale.sizes()) {
                    if (n <= operation.most()) {
                        measure(stage, operation, n, scale.rounds(), samples);
                    }
                }
                rows.add(samples.row(operation.name()));
                progress.accept(operation.name());
            }
        }
        return new Answer(
                        "scripts",
                        "Script time of the longest single call of an operation, and of those that may go on with it, in us,"
                                + " by how many there are of what is called n. What a client does in several calls, such as a"
                                + " force-release of many, counts by the longest of them. As SLOWLOG says, on a copy of the lock"
                                + " that nothing has touched before.",
                        rows,
                        List.of())
                .with(longest(rows));
    }

    private static void measure(Stage stage, Operation operation, int n, int rounds, Samples samples) throws Exception {
        stage.make(operation, n);
        // The first time is not counted: the server may not know the scripts yet.
        stage.longestOf(operation, n);
        for (int round = 0; round < rounds; round++) {
            samples.add(column(n), (double) stage.longestOf(operation, n));
        }
    }

    static String column(int n) {
        return String.format(Locale.ROOT, "n = %,d", n);
    }

    private static Goal longest(List<Row> rows) {
        record Call(String operation, String size, Spread micros) {}
        Call longest = rows.stream()
                .flatMap(row -> row.values().entrySet().stream()
                        .map((Map.Entry<String, Spread> cell) ->
                                new Call(row.contender(), cell.getKey(), cell.getValue())))
                .max(Comparator.comparingDouble(call -> call.micros().median()))
                .orElseThrow();
        return Goal.atMost(
                "P14",
                "us of a call, median, at its worst: " + longest.operation() + ", " + longest.size(),
                longest.micros().median(),
                MOST_MICROS);
    }
}
