package dev.mortise.cli.json;

import dev.mortise.cli.text.Output;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;

/** JSON objects, one a line. All of it is printable ASCII, so it survives every terminal and character set. Not thread-safe. */
public final class JsonLines {
    private static final int LAST_ASCII = 127;

    private final JsonFactory factory = JsonFactory.builder()
            .highestNonEscapedChar(LAST_ASCII)
            .characterEscapes(new AlsoDelete())
            .build();
    private final Output out;

    /** Lines go there. */
    public JsonLines(Output out) {
        this.out = out;
    }

    /**
     * Writes one line.
     *
     * @param type what it is
     * @param fields writes the others
     */
    public void line(String type, Consumer<JsonGenerator> fields) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("type", type);
            fields.accept(json);
            json.writeEndObject();
        }
        out.line(line.toString());
    }

    static <T> void array(JsonGenerator json, String name, Collection<T> items, BiConsumer<JsonGenerator, T> write) {
        json.writeArrayPropertyStart(name);
        items.forEach(item -> write.accept(json, item));
        json.writeEndArray();
    }

    static void object(JsonGenerator json, Consumer<JsonGenerator> fields) {
        json.writeStartObject();
        fields.accept(json);
        json.writeEndObject();
    }

    /** A field with an instant, or null. */
    public static void instant(JsonGenerator json, String name, @Nullable Instant time) {
        if (time == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, time.toString());
        }
    }

    static void millis(JsonGenerator json, String name, Optional<Duration> time) {
        if (time.isEmpty()) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, time.get().toMillis());
        }
    }

    /** The one control character that JSON does not escape by itself. */
    private static final class AlsoDelete extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[LAST_ASCII] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
