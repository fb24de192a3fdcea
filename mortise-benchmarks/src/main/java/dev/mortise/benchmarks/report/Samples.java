package dev.mortise.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects one value a round and column. Not thread-safe. */
public final class Samples {
    private final Map<String, List<Double>> columns = new LinkedHashMap<>();

    public Samples add(String column, double value) {
        columns.computeIfAbsent(column, absent -> new ArrayList<>()).add(value);
        return this;
    }

    public Row row(Object contender) {
        Map<String, Spread> values = new LinkedHashMap<>();
        columns.forEach((column, samples) -> values.put(column, Spread.of(samples)));
        return new Row(contender.toString(), values);
    }
}
