package dev.mortise.benchmarks.measure;

import dev.mortise.testkit.resp.RespClient;
import java.util.HashMap;
import java.util.Map;

/** Fields of INFO. */
public final class Infos {
    private Infos() {}

    public static Map<String, String> read(RespClient redis, String... sections) {
        String[] command = new String[sections.length + 1];
        command[0] = "INFO";
        System.arraycopy(sections, 0, command, 1, sections.length);
        Map<String, String> fields = new HashMap<>();
        String.valueOf(redis.command(command)).lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    static double number(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalStateException("the server says nothing about " + name);
        }
        return Double.parseDouble(value);
    }
}
