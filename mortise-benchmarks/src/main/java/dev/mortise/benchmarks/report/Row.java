package dev.mortise.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was measured of one contender: columns, with their units, in order. */
public record Row(String contender, Map<String, Spread> values) {
    public Row {
        values = new LinkedHashMap<>(values);
    }

    /**
     * One column.
     *
     * @throws IllegalArgumentException when there is no such column
     */
    public Spread value(String column) {
        Spread value = values.get(column);
        if (value == null) {
            throw new IllegalArgumentException("no column " + column + " among " + values.keySet());
        }
        return value;
    }
}
