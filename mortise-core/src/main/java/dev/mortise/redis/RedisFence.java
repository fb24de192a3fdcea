package dev.mortise.redis;

import dev.mortise.Lease;
import dev.mortise.internal.script.Script;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Objects;
import java.util.Optional;

/**
 * The Redis script guard: values in Redis that a late holder of a lock cannot overwrite. Each write carries the fencing
 * token of a lease; the server compares it with the highest it has seen for that key, and refuses a lower one in the
 * same step. This holds whatever happened to the writer: paused, cut off, or with a clock that is wrong.
 *
 * <pre>{@code
 * RedisFence fence = RedisFence.of(connection);
 * try (Lease lease = lock.acquire()) {
 *     if (!fence.advance("account:7", lease)) { ... }        // from here on earlier leases are refused
 *     String balance = fence.get("account:7").orElse("0");
 *     if (!fence.set("account:7", next(balance), lease)) { ... }  // a later lease was here: nothing was written
 * }
 * }</pre>
 *
 * <p>The guard knows only what it has seen. A holder that writes what follows from a read therefore {@linkplain
 * #advance advances} before it reads: otherwise an earlier lease could still write between that read and the write.
 *
 * <p><b>What is stored.</b> One hash under the key itself, with the fields {@code fence} (the highest token), {@code
 * mark} (a digest of that lease's id, from which the id cannot be derived) and {@code value}. It gets no TTL: a record
 * that is gone lets any token in. Give it none, and keep it out of reach of eviction. One key belongs to one lock:
 * tokens of different locks do not compare. The key need not be on the server that keeps the lock, and a client that
 * writes past this guard is not stopped by it.
 *
 * <p>All methods block for one answer of the server, at most as long as the time-out of the connection, and throw what
 * Lettuce throws: {@link io.lettuce.core.RedisException} when it cannot be reached, or when the key holds something
 * else, which is left alone. After a time-out or a broken connection it is unknown whether the call had its effect; it
 * may be repeated with the same lease. Thread-safe. The connection is shared, never closed here, and must not be in a
 * {@code MULTI}.
 *
 * <p>Not promised: that a write which was let through belongs to a lease that is still valid. It belongs to none that
 * is older than another that was here.
 */
public final class RedisFence {
    private final RedisCommands<String, String> commands;

    private RedisFence(RedisCommands<String, String> commands) {
        this.commands = commands;
    }

    /** A guard for values that are reached by this connection. Does no I/O. */
    public static RedisFence of(StatefulRedisConnection<String, String> connection) {
        return new RedisFence(Objects.requireNonNull(connection, "connection").sync());
    }

    /**
     * Stores the value, unless a later lease was here before.
     *
     * @return whether it was stored; false: nothing was written, and this lease never will
     */
    public boolean set(String key, String value, Lease lease) {
        Objects.requireNonNull(lease, "lease");
        return set(key, value, lease.fencingToken(), lease.id());
    }

    /**
     * As {@link #set(String, String, Lease)} for a lease that another process holds, such as the caller of a service,
     * or {@code mortise run}.
     *
     * @param fencingToken at least 1
     */
    public boolean set(String key, String value, long fencingToken, String leaseId) {
        Objects.requireNonNull(value, "value");
        return pass(key, FenceMark.token(fencingToken), FenceMark.of(leaseId), value);
    }

    /**
     * Shows the lease to the guard without writing a value: from then on every earlier lease is refused. A building
     * block for whatever a script of your own writes beside it.
     *
     * @param resource the key
     * @return whether this lease may write; false: a later one was here, and this one never may
     */
    public boolean advance(String resource, Lease lease) {
        Objects.requireNonNull(lease, "lease");
        return advance(resource, lease.fencingToken(), lease.id());
    }

    /**
     * As {@link #advance(String, Lease)} for a lease that another process holds.
     *
     * @param fencingToken at least 1
     */
    public boolean advance(String resource, long fencingToken, String leaseId) {
        return pass(resource, FenceMark.token(fencingToken), FenceMark.of(leaseId));
    }

    /** The value, by whomever it was stored; empty when none was. */
    public Optional<String> get(String key) {
        return Optional.ofNullable(commands.hget(checked(key), "value"));
    }

    private boolean pass(String key, String... args) {
        String[] keys = {checked(key)};
        Long reply;
        try {
            reply = commands.evalsha(Script.FENCE.sha(), ScriptOutputType.INTEGER, keys, args);
        } catch (RedisNoScriptException unknown) {
            reply = commands.eval(Script.FENCE.source(), ScriptOutputType.INTEGER, keys, args);
        }
        if (reply == null) {
            throw new IllegalStateException("the connection of a RedisFence must not be in a MULTI");
        }
        return reply == 1;
    }

    private static String checked(String key) {
        if (Objects.requireNonNull(key, "key").isEmpty()) {
            throw new IllegalArgumentException("key must not be empty");
        }
        return key;
    }
}
