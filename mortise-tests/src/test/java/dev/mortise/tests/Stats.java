package dev.mortise.tests;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Counts of a server, and their differences. Reading them is not counted. */
public record Stats(Map<String, Long> calls, long bytesIn, long bytesOut) {
    /** On one connection, so that the cost of reading is the same each time. */
    public static Stats of(RespClient connection) {
        Map<String, Long> calls = new TreeMap<>();
        String.valueOf(connection.command("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .forEach(line -> calls.put(
                        line.substring("cmdstat_".length(), line.indexOf(':')),
                        Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1"))));
        calls.remove("info");
        String stats = String.valueOf(connection.command("INFO", "stats"));
        return new Stats(calls, field(stats, "total_net_input_bytes"), field(stats, "total_net_output_bytes"));
    }

    public static long field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    public static long memoryOf(RedisProcess server, String key) {
        return (Long) Objects.requireNonNull(server.command("MEMORY", "USAGE", key, "SAMPLES", "0"));
    }

    public Stats since(Stats before) {
        Map<String, Long> more = new TreeMap<>();
        calls.forEach((command, count) -> {
            long difference = count - before.calls.getOrDefault(command, 0L);
            if (difference != 0) {
                more.put(command, difference);
            }
        });
        return new Stats(more, bytesIn - before.bytesIn, bytesOut - before.bytesOut);
    }

    public long count(String command) {
        return calls.getOrDefault(command, 0L);
    }

    public long commands() {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }
}
