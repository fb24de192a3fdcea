package dev.mortise.interop;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a library keeps its locks in Redis: one string for each lock, with a time to live, whose value is its holder's alone. There
 * is a form for each known library; a lock of one form excludes all that use the same key in that way. Immutable, thread-safe.
 *
 * <p>For a library that is not named here: {@link #plain()}, with the key that it uses by {@link #withKeys}.
 */
public final class LockLayout {
    private enum Ids {
        /** As {@link UUID#toString()}. */
        DASHED,
        /** 32 hexadecimal digits. */
        HEX
    }

    private final String library;
    private final UnaryOperator<String> keys;
    private final Ids ids;
    private final boolean namesHost;
    private final @Nullable UnaryOperator<String> signals;
    private final @Nullable UnaryOperator<String> channels;

    private LockLayout(
            String library,
            UnaryOperator<String> keys,
            Ids ids,
            boolean namesHost,
            @Nullable UnaryOperator<String> signals,
            @Nullable UnaryOperator<String> channels) {
        this.library = library;
        this.keys = keys;
        this.ids = ids;
        this.namesHost = namesHost;
        this.signals = signals;
        this.channels = channels;
    }

    /** The key is the name of the lock, the value a UUID: what {@code SET key value NX PX ms} makes. */
    public static LockLayout plain() {
        return new LockLayout("plain", UnaryOperator.identity(), Ids.DASHED, false, null, null);
    }

    /** The lock of redis-py, {@code redis.lock.Lock}: the key is the name, the value 32 hexadecimal digits. */
    public static LockLayout redisPy() {
        return new LockLayout("redis-py", UnaryOperator.identity(), Ids.HEX, false, null, null);
    }

    /** {@code redlock} of Python with one server: the key is the resource, the value 32 hexadecimal digits. */
    public static LockLayout redlock() {
        return new LockLayout("redlock", UnaryOperator.identity(), Ids.HEX, false, null, null);
    }

    /** {@code aioredlock} with one server: the key is the resource, the value a UUID. */
    public static LockLayout aioredlock() {
        return new LockLayout("aioredlock", UnaryOperator.identity(), Ids.DASHED, false, null, null);
    }

    /**
     * {@code py-redismutex}: the key is the name, the value a UUID. Its own unlock reads and deletes in two steps. So when a lock of
     * a Python program expires just then, that program may delete a lock that this client has got: give the Python side an expiry
     * that is well above the time for which it holds.
     */
    public static LockLayout pyRedisMutex() {
        return new LockLayout("py-redismutex", UnaryOperator.identity(), Ids.DASHED, false, null, null);
    }

    /**
     * {@code python-redis-lock}, and its Django cache: {@code lock:<name>} and a list {@code lock-signal:<name>}, on which waiters
     * wait for a signal. A client waits there, too, with a connection for each lock that it waits for, and signals when it
     * releases. In a Cluster both keys must be in one slot: names need a hash tag, as in {@code {reports}}.
     */
    public static LockLayout pythonRedisLock() {
        return new LockLayout(
                "python-redis-lock", name -> "lock:" + name, Ids.HEX, false, name -> "lock-signal:" + name, null);
    }

    /**
     * {@code RedisLockRegistry} of Spring Integration: {@code <registryKey>:<lockKey>}. A release is also told on the channel that its
     * {@code PUB_SUB_LOCK} waits on; this client itself asks from time to time, as its {@code SPIN_LOCK} does.
     *
     * @param registryKey as the registry was made with
     */
    public static LockLayout springIntegration(String registryKey) {
        String registry = require("registryKey", registryKey);
        return new LockLayout(
                "Spring Integration",
                name -> registry + ":" + name,
                Ids.DASHED,
                false,
                null,
                name -> registry + "-channel:" + registry + ":" + name);
    }

    /**
     * ShedLock with its default prefix, {@code job-lock}: {@code job-lock:<environment>:<name>}, whose value says when and where it was
     * taken. {@link InteropOptions#lease} is its {@code lockAtMostFor}, and {@link InteropLease#releaseAfter} its {@code lockAtLeastFor}.
     *
     * @param environment as the provider was made with; its own default is {@code default}
     */
    public static LockLayout shedLock(String environment) {
        return shedLock("job-lock", environment);
    }

    /** The same with another prefix. */
    public static LockLayout shedLock(String keyPrefix, String environment) {
        String start = require("keyPrefix", keyPrefix) + ":" + require("environment", environment) + ":";
        return new LockLayout("ShedLock", name -> start + name, Ids.DASHED, true, null, null);
    }

    /**
     * The same with other keys, such as {@code name -> "locks/" + name}.
     *
     * @param keyOfName the key of the lock of that name; always the same for one name, and a different one for each
     */
    public LockLayout withKeys(UnaryOperator<String> keyOfName) {
        Objects.requireNonNull(keyOfName, "keyOfName");
        if (signals != null) {
            throw new IllegalArgumentException("keyOfName: the keys of " + library + " are fixed");
        }
        return new LockLayout(library, keyOfName, ids, namesHost, null, channels);
    }

    /**
     * The same, where a release is also told by a message, which is the key. For libraries whose waiters listen.
     *
     * @param channelOfName the channel for the lock of that name
     */
    public LockLayout withUnlockChannel(UnaryOperator<String> channelOfName) {
        return new LockLayout(
                library, keys, ids, namesHost, signals, Objects.requireNonNull(channelOfName, "channelOfName"));
    }

    /** The key of the lock of that name. */
    public String key(String name) {
        return require("key of '" + name + "'", keys.apply(name));
    }

    /** The list on which waiters for that lock wait for a signal; empty where there is none. */
    public Optional<String> signal(String name) {
        return Optional.ofNullable(signals).map(signal -> signal.apply(name));
    }

    /** The channel on which a release of that lock is told; empty where there is none. */
    public Optional<String> unlockChannel(String name) {
        return Optional.ofNullable(channels).map(channel -> require("channel of '" + name + "'", channel.apply(name)));
    }

    /** Whether waiters wait for a signal; otherwise they ask from time to time. */
    public boolean hasSignals() {
        return signals != null;
    }

    /** An id as this library has it, of 16 random bytes. */
    public String id(byte[] random) {
        if (ids == Ids.HEX) {
            return HexFormat.of().formatHex(random);
        }
        String hex = HexFormat.of().formatHex(random);
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20));
    }

    /** What stands at the key; it ends with the id. */
    public String value(String id, Instant now, String host) {
        return namesHost ? "ADDED:" + now.truncatedTo(ChronoUnit.MILLIS) + "@" + host + ":" + id : id;
    }

    @Override
    public String toString() {
        return "LockLayout[" + library + "]";
    }

    private static String require(String what, @Nullable String text) {
        if (Objects.requireNonNull(text, what).isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        return text;
    }
}
