package dev.mortise.faults.traffic;

import dev.mortise.faults.check.RegisterEntry;
import dev.mortise.testkit.resp.RespClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A number behind a fence: whoever comes with a lower token than was ever seen is refused, readers too. It keeps a log of
 * what it accepted. One connection; not thread-safe.
 */
final class Register {
    private static final String SCRIPT = """
            local seen = tonumber(redis.call('HGET', KEYS[1], 'token') or 0)
            local value = redis.call('HGET', KEYS[1], 'value') or '0'
            if tonumber(ARGV[1]) < seen then return -1 end
            if ARGV[3] == 'w' then
              value = ARGV[4]
              redis.call('HSET', KEYS[1], 'value', value)
            end
            redis.call('HSET', KEYS[1], 'token', ARGV[1])
            redis.call('RPUSH', KEYS[2], ARGV[3] .. ' ' .. ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. value)
            return tonumber(value)
            """;

    private final RespClient redis;
    private final String lock;

    Register(RespClient redis, String lock) {
        this.redis = redis;
        this.lock = lock;
    }

    /** Negative when the token is too low. */
    long read(long token, String leaseId) {
        return run(token, leaseId, "r", "");
    }

    /** Negative when the token is too low. */
    long write(long token, String leaseId, long value) {
        return run(token, leaseId, "w", Long.toString(value));
    }

    /** What it accepted so far. */
    List<RegisterEntry> log() {
        List<RegisterEntry> entries = new ArrayList<>();
        for (Object line : (List<?>) Objects.requireNonNull(redis.command("LRANGE", log(lock), "0", "-1"))) {
            String[] parts = String.valueOf(line).split(" ", -1);
            entries.add(new RegisterEntry(
                    lock, parts[0].equals("w"), Long.parseLong(parts[1]), parts[2], Long.parseLong(parts[3])));
        }
        return entries;
    }

    private long run(long token, String leaseId, String kind, String value) {
        Object reply = redis.command(
                "EVAL", SCRIPT, "2", "register:" + lock, log(lock), Long.toString(token), leaseId, kind, value);
        return (Long) Objects.requireNonNull(reply);
    }

    private static String log(String lock) {
        return "register-log:" + lock;
    }
}
