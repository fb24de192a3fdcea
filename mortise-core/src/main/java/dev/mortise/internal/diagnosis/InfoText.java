package dev.mortise.internal.diagnosis;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What INFO says, field by field. Immutable. */
public final class InfoText {
    private final Map<String, String> fields = new HashMap<>();

    /** Lines without a colon are headings, and left out. */
    public InfoText(String text) {
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
    }

    /** Whether the server told anything: a user without the right gets nothing. */
    public boolean isEmpty() {
        return fields.isEmpty();
    }

    Optional<String> text(String field) {
        return Optional.ofNullable(fields.get(field));
    }

    /** Empty when it is missing or no number. */
    OptionalLong number(String field) {
        String value = fields.get(field);
        try {
            return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException notOne) {
            return OptionalLong.empty();
        }
    }

    /** Such as {@code Redis 7.0.15} or {@code Valkey 8.1.1}, which also names the version of Redis that it stands for; "" = not told. */
    public String version() {
        if (fields.containsKey("valkey_version")) {
            return "Valkey " + fields.get("valkey_version");
        }
        return text("redis_version").map(version -> "Redis " + version).orElse("");
    }

    /** Those lines whose names are {@code slave0}, {@code slave1} and so on: the fields of each. */
    Stream<Map<String, String>> replicas() {
        int count = (int) Math.min(1_000, number("connected_slaves").orElse(0));
        return IntStream.range(0, count)
                .mapToObj(i -> fields.get("slave" + i))
                .filter(line -> line != null)
                .map(line -> {
                    Map<String, String> parts = new HashMap<>();
                    for (String part : line.split(",")) {
                        int equals = part.indexOf('=');
                        if (equals > 0) {
                            parts.put(part.substring(0, equals), part.substring(equals + 1));
                        }
                    }
                    return parts;
                });
    }
}
