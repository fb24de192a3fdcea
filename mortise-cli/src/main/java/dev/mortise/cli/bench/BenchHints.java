package dev.mortise.cli.bench;

import dev.mortise.ClientStatus.Deployment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is far from normal, and where to look. */
final class BenchHints {
    private static final double OUTLIER = 20;
    private static final Duration LEAST_OUTLIER = Duration.ofMillis(20);

    /** A cycle is two round trips, and a hand-off one, both with a little more work for the server. */
    private static final double MOST_ROUND_TRIPS = 5;

    private static final double SPARE_MILLIS = 1;
    private static final double MOST_LOAD = 1.5;

    private BenchHints() {}

    /** Sentences; empty when all is as it should be. */
    static List<String> of(BenchResult result) {
        if (result.load() > MOST_LOAD) {
            return List.of(words(
                    "This machine is busy: %.1f processes for each processor. The figures tell more of that than of Redis;"
                            + " measure again when it is quiet.",
                    result.load()));
        }
        List<String> hints = new ArrayList<>();
        LatencyFigures trip = result.roundTrip();
        if (trip.p99().compareTo(LEAST_OUTLIER) > 0 && millis(trip.p99()) > OUTLIER * trip.p50Millis()) {
            hints.add(words(
                    "One answer of a hundred takes %.0f ms or longer, half of them %.2f ms: Redis, the network or this"
                            + " machine is busy at times. Look at SLOWLOG and at mortise doctor.",
                    millis(trip.p99()), trip.p50Millis()));
        }
        if (result.cycle().p50Millis() > MOST_ROUND_TRIPS * trip.p50Millis() + SPARE_MILLIS) {
            hints.add(words(
                    "A cycle takes %.1f ms, for two requests of %.2f ms: Redis is slow at writing. Look at its"
                            + " persistence (appendfsync) and its load.",
                    result.cycle().p50Millis(), trip.p50Millis()));
        }
        boolean isTold = result.deployment() != Deployment.QUORUM;
        if (isTold && result.handOff().p50Millis() > MOST_ROUND_TRIPS * trip.p50Millis() + SPARE_MILLIS) {
            hints.add(words(
                    "A hand-off takes %.1f ms, and an answer %.2f ms: messages (Pub/Sub) are late or lost. Waiters then"
                            + " go on by asking. Look for a proxy between, and at client-output-buffer-limit.",
                    result.handOff().p50Millis(), trip.p50Millis()));
        }
        if (result.distance() == Distance.OTHER_REGION) {
            hints.add(words(
                    "An answer takes %.0f ms, and every acquire waits for one. That is normal for a Redis that is far away; if it"
                            + " is near, look for what is slow between.",
                    trip.p50Millis()));
        }
        return List.copyOf(hints);
    }

    private static double millis(Duration time) {
        return LatencyFigures.millis(time);
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
