package dev.mortise.benchmarks.measure;

import dev.mortise.testkit.resp.RespClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server spent on each command, as it says itself. The time of a script holds that of the commands it calls, which
 * have it once more under their own names.
 */
public record ServerTime(Map<String, Spent> commands) {
    private static final Set<String> SCRIPTS = Set.of("eval", "evalsha", "fcall");

    /** How it is read. */
    private static final String READING = "info";

    private static final Pattern LINE = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),usec=(\\d+),.*");

    public ServerTime {
        commands = Map.copyOf(commands);
    }

    /** Of one command. */
    public record Spent(long calls, long micros) {
        Spent since(Spent before) {
            return new Spent(calls - before.calls, micros - before.micros);
        }
    }

    /** Since the server started. */
    public static ServerTime read(RespClient redis) {
        return parse(String.valueOf(redis.command("INFO", "commandstats")));
    }

    static ServerTime parse(String info) {
        Map<String, Spent> commands = new HashMap<>();
        info.lines().forEach(line -> {
            Matcher matcher = LINE.matcher(line.strip());
            if (matcher.matches() && !matcher.group(1).equals(READING)) {
                commands.put(
                        matcher.group(1),
                        new Spent(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3))));
            }
        });
        return new ServerTime(commands);
    }

    /** Between two readings. */
    public ServerTime since(ServerTime before) {
        Map<String, Spent> between = new HashMap<>();
        commands.forEach((name, spent) -> {
            Spent more = spent.since(before.commands.getOrDefault(name, new Spent(0, 0)));
            if (more.calls > 0) {
                between.put(name, more);
            }
        });
        return new ServerTime(between);
    }

    /** In scripts and what they call, us. */
    public long scriptMicros() {
        return commands.entrySet().stream()
                .filter(each -> SCRIPTS.contains(each.getKey()))
                .mapToLong(each -> each.getValue().micros())
                .sum();
    }

    /** How many scripts ran. */
    public long scripts() {
        return commands.entrySet().stream()
                .filter(each -> SCRIPTS.contains(each.getKey()))
                .mapToLong(each -> each.getValue().calls())
                .sum();
    }

    /**
     * In all that clients sent, us.
     *
     * @param counted tells how much of a command comes from scripts, whose time has it already
     */
    public double allMicros(RequestCount counted) {
        return commands.entrySet().stream()
                .mapToDouble(each -> each.getValue().micros() * counted.sentShare(each.getKey()))
                .sum();
    }
}
