package dev.mortise.cli.bench;

import dev.mortise.cli.json.JsonLines;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JsonGenerator;

/** The result as programs read it: one object; times in whole microseconds. */
final class BenchJson {
    private BenchJson() {}

    static void line(JsonLines lines, BenchResult result, int seconds) {
        lines.line("bench", json -> {
            json.writeStringProperty("deployment", result.deployment().name());
            json.writeNumberProperty("seconds", seconds);
            write(json, "roundTrip", result.roundTrip());
            write(json, "cycle", result.cycle());
            write(json, "handOff", result.handOff());
            json.writeStringProperty("asFrom", result.distance().name());
            json.writeArrayPropertyStart("hints");
            BenchHints.of(result).forEach(json::writeString);
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, String name, LatencyFigures figures) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("count", figures.count());
        json.writeNumberProperty("p50Micros", micros(figures.p50()));
        json.writeNumberProperty("p99Micros", micros(figures.p99()));
        json.writeNumberProperty("maxMicros", micros(figures.max()));
        json.writeNumberProperty("perSecond", Math.round(figures.perSecond()));
        json.writeEndObject();
    }

    private static long micros(Duration time) {
        return TimeUnit.NANOSECONDS.toMicros(time.toNanos());
    }
}
