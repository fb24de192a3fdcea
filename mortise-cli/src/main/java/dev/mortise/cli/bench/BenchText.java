package dev.mortise.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result as a person reads it. */
final class BenchText {
    private static final String ROW = "%-14s %12s %12s %12s %14s";
    private static final String NORMAL = "%-14s %12s %12s %12s";

    private BenchText() {}

    static List<String> lines(BenchResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(row(ROW, "", "p50", "p99", "max", "per second"));
        lines.add(figures("round trip", result.roundTrip()));
        lines.add(figures("cycle", result.cycle()));
        lines.add(figures("hand-off", result.handOff()));
        lines.add("");
        lines.add(row(NORMAL, "normal p50, ms", "round trip", "cycle", "hand-off"));
        for (Distance distance : Distance.values()) {
            lines.add(row(NORMAL, distance.words(), distance.roundTrip(), distance.cycle(), distance.handOff()));
        }
        lines.add("");
        lines.add("Round trips are as from " + result.distance().words() + ".");
        lines.addAll(BenchHints.of(result));
        return List.copyOf(lines);
    }

    private static String figures(String name, LatencyFigures figures) {
        return row(
                ROW,
                name,
                millis(figures.p50()),
                millis(figures.p99()),
                millis(figures.max()),
                String.format(Locale.ROOT, "%,.0f", figures.perSecond()));
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.3f ms", LatencyFigures.millis(time));
    }

    private static String row(String format, Object... cells) {
        return String.format(Locale.ROOT, format, cells).stripTrailing();
    }
}
