package dev.mortise.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Columns that stream: the first rows decide how wide each is, and later ones that are wider push the rest to the right. The last
 * column is as wide as it is. Not thread-safe.
 */
public final class Table {
    /** Rows that are kept until the widths are known. */
    private static final int SAMPLE = 40;

    /** A column is not made wider than that for a single long value. */
    private static final int WIDEST = 48;

    private static final String GAP = "  ";

    private final Output out;
    private final List<String> headings;
    private final List<List<String>> sample = new ArrayList<>();
    private int[] widths = {};
    private boolean isRunning;

    /** Headings are written with the first row, so a table without rows is nothing at all. */
    public Table(Output out, String... headings) {
        this.out = out;
        this.headings = List.of(headings);
    }

    /** One row; cells are made harmless. */
    public void row(String... cells) {
        List<String> row = Arrays.stream(cells).map(Printable::of).toList();
        if (isRunning) {
            write(row, UnaryOperator.identity());
            return;
        }
        sample.add(row);
        if (sample.size() == SAMPLE) {
            begin();
        }
    }

    /** Writes what is kept. No row may follow. */
    public void finish() {
        if (!isRunning && !sample.isEmpty()) {
            begin();
        }
    }

    private void begin() {
        isRunning = true;
        widths = headings.stream().mapToInt(DisplayWidth::of).toArray();
        for (List<String> row : sample) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Math.min(WIDEST, DisplayWidth.of(row.get(i))));
            }
        }
        write(headings, heading -> out.palette().paint(Tone.HEADING, heading));
        sample.forEach(row -> write(row, UnaryOperator.identity()));
        sample.clear();
    }

    private void write(List<String> row, UnaryOperator<String> paint) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i));
            if (i < row.size() - 1) {
                line.append(" ".repeat(Math.max(0, widths[i] - DisplayWidth.of(row.get(i)))))
                        .append(GAP);
            }
        }
        out.line(paint.apply(line.toString().stripTrailing()));
    }
}
