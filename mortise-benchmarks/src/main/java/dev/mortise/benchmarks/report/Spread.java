package dev.mortise.benchmarks.report;

import java.util.Collection;
import java.util.Locale;

/** One value over all rounds. */
public record Spread(double median, double min, double max) {
    /**
     * Of one value a round.
     *
     * @throws IllegalArgumentException when there is no value
     */
    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Median, and least and most where they differ. */
    @Override
    public String toString() {
        String middle = shown(median);
        return shown(min).equals(shown(max)) ? middle : middle + " (" + shown(min) + "–" + shown(max) + ")";
    }

    private static String shown(double value) {
        boolean whole = value == Math.rint(value);
        double size = Math.abs(value);
        return String.format(Locale.ROOT, whole || size >= 1000 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
