package dev.mortise.tests;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Counts of a server, and their differences. Reading them is not counted, but for readings in between.
 *
 * @param calls how often each command was called
 * @param bytes what the server has read and written before it was asked
 * @param reading how many bytes it has read and written to answer that
 */
public record Stats(Map<String, Long> calls, long bytes, long reading) {
    private static final String[] COMMANDS = {"INFO", "commandstats"};
    private static final String[] BYTES = {"INFO", "stats"};

    /** What the server has counted up to now. */
    public static Stats of(RespClient connection) {
        Map<String, Long> calls = new TreeMap<>();
        String commands = String.valueOf(connection.command(COMMANDS));
        commands.lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .forEach(line -> calls.put(
                        line.substring("cmdstat_".length(), line.indexOf(':')),
                        Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1"))));
        calls.remove("info");
        String stats = String.valueOf(connection.command(BYTES));
        // The last answer is written after its figures were taken.
        long asked = (long) RespClient.encode(COMMANDS).length + RespClient.encode(BYTES).length + size(commands);
        long bytes = field(stats, "total_net_input_bytes") + field(stats, "total_net_output_bytes") - asked;
        return new Stats(calls, bytes, asked + size(stats));
    }

    /** Of an answer on the wire, a bulk string. */
    private static int size(String answer) {
        return ("$" + answer.length() + "\r\n").length() + answer.length() + "\r\n".length();
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
        return new Stats(more, bytes - before.bytes - before.reading, 0);
    }

    public long count(String command) {
        return calls.getOrDefault(command, 0L);
    }

    public long commands() {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }
}
