package dev.mortise.cli.bench;

import java.io.StringWriter;
import java.time.Duration;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The result as programs read it: one object; times in microseconds. */
final class BenchJson {
    private static final double NANOS_IN_MICRO = 1_000;

    private BenchJson() {}

    static String of(BenchResult result, int seconds) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("deployment", result.deployment().name());
            json.writeNumberProperty("seconds", seconds);
            write(json, "roundTrip", result.roundTrip());
            write(json, "cycle", result.cycle());
            write(json, "handOff", result.handOff());
            json.writeStringProperty("asFrom", result.distance().name());
            json.writeArrayPropertyStart("hints");
            BenchHints.of(result).forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
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

    private static double micros(Duration time) {
        return time.toNanos() / NANOS_IN_MICRO;
    }
}
