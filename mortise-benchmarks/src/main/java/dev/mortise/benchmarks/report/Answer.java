package dev.mortise.benchmarks.report;

import java.util.List;

/**
 * What came out of one question.
 *
 * @param how what was done, in one or two sentences
 */
public record Answer(String question, String how, List<Row> rows, List<Goal> targets) {
    public Answer {
        rows = List.copyOf(rows);
        targets = List.copyOf(targets);
    }

    /**
     * What was measured of one contender.
     *
     * @throws IllegalArgumentException when there is no such row
     */
    public Row row(Object contender) {
        return rows.stream()
                .filter(row -> row.contender().equals(contender.toString()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no row " + contender));
    }

    /** How many times the median of one contender is that of another. */
    public double ratio(String column, Object contender, Object baseline) {
        return row(contender).value(column).median()
                / row(baseline).value(column).median();
    }

    public Answer with(Goal... reached) {
        return new Answer(question, how, rows, List.of(reached));
    }
}
