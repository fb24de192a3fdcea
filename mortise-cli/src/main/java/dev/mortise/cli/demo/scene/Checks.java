package dev.mortise.cli.demo.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What was checked, and the closing table of it. */
public final class Checks {
    private static final List<String> HEAD = List.of("check", "expected", "seen", "");

    private final List<Check> checks = new ArrayList<>();

    /**
     * One line.
     *
     * @param what is checked
     * @param expected what would be right
     * @param seen what was there
     * @param passed whether it is right
     */
    private record Check(String what, String expected, String seen, boolean passed) {
        private List<String> cells() {
            return List.of(what, expected, seen, passed ? "ok" : "FAILED");
        }
    }

    /** One line of the table. */
    public void add(String what, String expected, String seen, boolean passed) {
        checks.add(new Check(what, expected, seen, passed));
    }

    /** One line of the table: two numbers that must be the same. */
    public void equal(String what, long expected, long seen) {
        add(what, Long.toString(expected), Long.toString(seen), expected == seen);
    }

    /** Whether something was checked, and nothing failed. */
    public boolean allPassed() {
        return !checks.isEmpty() && checks.stream().allMatch(Check::passed);
    }

    /** All lines, and the verdict. */
    public String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        checks.forEach(check -> rows.add(check.cells()));
        int[] widths = IntStream.range(0, HEAD.size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            lines.add(line(row, widths));
        }
        lines.add(1, IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("  ")));
        return "\n" + String.join("\n", lines) + "\n\n" + verdict();
    }

    private String verdict() {
        long failed = checks.stream().filter(check -> !check.passed()).count();
        return failed == 0
                ? "All " + checks.size() + " checks passed."
                : failed + " of " + checks.size() + " checks FAILED.";
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> row.get(column)
                        + " ".repeat(widths[column] - row.get(column).length()))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
