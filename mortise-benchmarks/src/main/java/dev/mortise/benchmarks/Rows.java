package dev.mortise.benchmarks;

import dev.mortise.benchmarks.report.Row;
import dev.mortise.benchmarks.report.Samples;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Samples of several contenders in several settings, a row for each pair, settings first. Not thread-safe. */
final class Rows {
    private final Map<String, Samples> samples = new LinkedHashMap<>();

    Rows(List<?> contenders, List<String> settings) {
        settings.forEach(
                setting -> contenders.forEach(contender -> samples.put(name(contender, setting), new Samples())));
    }

    /** How such a row is called. */
    static String name(Object contender, String setting) {
        return contender + ", " + setting;
    }

    /** Where a round goes; to nowhere when it is one before those that count. */
    Samples of(Object contender, String setting, int round) {
        Samples kept = samples.get(name(contender, setting));
        if (kept == null) {
            throw new IllegalArgumentException("no row " + name(contender, setting));
        }
        return round < 0 ? new Samples() : kept;
    }

    List<Row> rows() {
        return samples.entrySet().stream()
                .map(row -> row.getValue().row(row.getKey()))
                .toList();
    }
}
