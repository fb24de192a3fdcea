package dev.mortise.benchmarks.measure;

import dev.mortise.testkit.resp.RespClient;
import java.util.List;
import java.util.Objects;

/** What a server's slow log says of each single script, however short. */
public final class ScriptLog {
    private static final String MOST = "100000";

    private final RespClient redis;

    /** From now on the server logs every command. */
    public ScriptLog(RespClient redis) {
        this.redis = redis;
        redis.command("CONFIG", "SET", "slowlog-log-slower-than", "0");
        redis.command("CONFIG", "SET", "slowlog-max-len", MOST);
    }

    /** Forgets what was logged. */
    public void begin() {
        redis.command("SLOWLOG", "RESET");
    }

    /** How long the longest script took since then, us; 0 if there was none. */
    public long longest() {
        List<?> entries = Objects.requireNonNull((List<?>) redis.command("SLOWLOG", "GET", MOST));
        return entries.stream()
                .map(entry -> (List<?>) entry)
                .filter(entry -> isScript((List<?>) entry.get(3)))
                .mapToLong(entry -> (Long) entry.get(2))
                .max()
                .orElse(0);
    }

    private static boolean isScript(List<?> command) {
        String name = String.valueOf(command.get(0));
        return name.equalsIgnoreCase("EVAL") || name.equalsIgnoreCase("EVALSHA");
    }
}
