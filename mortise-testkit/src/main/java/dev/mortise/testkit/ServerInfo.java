package dev.mortise.testkit;

import java.util.LinkedHashMap;
import java.util.Map;

/** The reply to INFO: a field a line, name and value parted by a colon, comments behind a number sign. */
final class ServerInfo {
    private ServerInfo() {}

    static Map<String, String> parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
        return fields;
    }
}
