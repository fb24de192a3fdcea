package dev.mortise.tests.model;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.ScanPage;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A real server that runs the scripts at the time the test says, and is looked at after each of them. */
final class LuaServer implements AutoCloseable {
    /*
     * Overview. Each script travels in one write with the clock before it and a look at the watched keys behind it.
     * Lifetimes of keys are real time, which hardly passes here; when the clock is moved, they are shortened by as much.
     * As some real time does pass, a key of a lock is deleted only when its end is past by SLACK.
     */
    private static final long SLACK_MILLIS = 60_000;

    private final RedisProcess process = RedisProcess.start();
    private final PushConnection connection;
    private final Map<String, ScriptRunner.Listener> channels = new HashMap<>();
    private final List<String> watched = new ArrayList<>();
    private final Map<String, Stored> seen = new HashMap<>();
    private ScriptSet scripts;
    private long micros;
    private long startedMicros;
    private boolean tellsStart = true;
    private String runId = "";

    LuaServer() {
        connection = new PushConnection(process.host(), process.port(), this::message);
        scripts = ScriptSet.load(connection, UnaryOperator.identity());
    }

    /** From now on every script that holds a part has another one in its place; answers whether there is such a script. */
    boolean mutate(String right, String wrong) {
        AtomicBoolean changed = new AtomicBoolean();
        scripts = ScriptSet.load(connection, source -> {
            String other = source.replace(right, wrong);
            changed.compareAndSet(false, !other.equals(source));
            return other;
        });
        return changed.get();
    }

    /** Hashes of more than a few fields are looked through in pages. */
    void pageHashes() {
        connection.call("CONFIG", "SET", "hash-max-listpack-entries", "16");
    }

    /** Empties it and watches these keys. */
    void begin(List<String> keys, long atMicros, String process) {
        channels.clear();
        watched.clear();
        watched.addAll(keys);
        seen.clear();
        keys.forEach(key -> seen.put(key, Stored.NOTHING));
        micros = atMicros;
        tellsStart = true;
        runId(process);
        connection.send("UNSUBSCRIBE");
        connection.call("FLUSHDB");
    }

    /** Another process begins. */
    void runId(String process) {
        runId = process;
        startedMicros = micros;
    }

    /** Scripts do not learn when it began. */
    void hideStart() {
        tellsStart = false;
    }

    void moveClock(long toMicros) {
        long millis = toMicros / 1000 - micros / 1000;
        micros = toMicros;
        if (millis > 0) {
            watched.forEach(key -> seen.put(key, outlive(key, stored(key), millis)));
        }
    }

    /** As of the last script. */
    Stored stored(String key) {
        return seen.getOrDefault(key, Stored.NOTHING);
    }

    void restore(String key, Stored stored) {
        connection.send("DEL", key);
        connection.send("PING");
        connection.flush();
        connection.receive();
        connection.receive();
        seen.put(key, Stored.NOTHING);
        if (!stored.fields.isEmpty()) {
            List<String> set = new ArrayList<>(List.of("HSET", key));
            stored.fields.forEach((field, value) -> set.addAll(List.of(field, value)));
            connection.send(set);
            if (stored.ttl != Stored.FOR_EVER) {
                connection.send("PEXPIRE", key, Long.toString(stored.ttl + ScriptSet.LIFETIME_OFFSET_MILLIS));
            } else {
                connection.send("PING");
            }
            connection.flush();
            connection.receive();
            connection.receive();
            seen.put(key, stored);
        }
    }

    /** A client of it. */
    Client client() {
        return new Client();
    }

    @Override
    public void close() {
        connection.close();
        process.close();
    }

    private Stored outlive(String key, Stored stored, long millis) {
        Stored left = stored.after(millis);
        if (left.ttl != Stored.FOR_EVER) {
            connection.call("PEXPIRE", key, Long.toString(left.ttl + ScriptSet.LIFETIME_OFFSET_MILLIS));
        } else if (!stored.fields.isEmpty() && left.fields.isEmpty()) {
            connection.call("DEL", key);
        }
        return left;
    }

    private @Nullable Object run(Script script, List<String> keys, List<String> args) {
        List<String> eval = new ArrayList<>(List.of("EVALSHA", scripts.sha(script), Integer.toString(keys.size())));
        eval.addAll(keys);
        eval.addAll(args);
        connection.send("SET", ScriptSet.CLOCK_KEY, Long.toString(micros));
        connection.send("SET", ScriptSet.RUN_KEY, runId);
        connection.send("SET", ScriptSet.START_KEY, tellsStart ? Long.toString(startedMicros) : "");
        connection.send(eval);
        for (String key : watched) {
            connection.send("HGETALL", key);
            connection.send("PTTL", key);
        }
        connection.flush();
        connection.receive();
        connection.receive();
        connection.receive();
        Object reply = connection.receive();
        for (String key : watched) {
            Map<String, String> fields = fields(connection.receive());
            Object ttl = connection.receive();
            seen.put(key, new Stored(fields, lifetime(ttl)));
        }
        return reply;
    }

    private static long lifetime(@Nullable Object ttl) {
        return ttl instanceof Long millis && millis >= 0 ? millis - ScriptSet.LIFETIME_OFFSET_MILLIS : Stored.FOR_EVER;
    }

    private static Map<String, String> fields(@Nullable Object reply) {
        Map<String, String> fields = new HashMap<>();
        if (reply instanceof List<?> list) {
            for (int i = 0; i < list.size(); i += 2) {
                fields.put(String.valueOf(list.get(i)), String.valueOf(list.get(i + 1)));
            }
        }
        return fields;
    }

    private void message(String channel, String text) {
        ScriptRunner.Listener listener = channels.get(channel);
        if (listener != null) {
            listener.message(text);
        }
    }

    /** A key at one moment, and how long it was to live from then on. */
    record Stored(Map<String, String> fields, long ttl) {
        static final long FOR_EVER = Long.MAX_VALUE;
        static final Stored NOTHING = new Stored(Map.of(), FOR_EVER);

        /** What is left of it after so long. */
        Stored after(long millis) {
            if (ttl == FOR_EVER) {
                return this;
            }
            return ttl - millis < -SLACK_MILLIS ? NOTHING : new Stored(fields, ttl - millis);
        }
    }

    /** One client's way to the server: what a driver does for it. */
    final class Client implements ScriptRunner {
        private final List<Runnable> onReconnect = new ArrayList<>();
        private @Nullable String channel;
        private @Nullable Listener listener;

        @Override
        public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
            Object reply = LuaServer.this.run(script, keys, args);
            if (reply instanceof PushConnection.Failure failure) {
                return CompletableFuture.failedFuture(new StoreException(Effect.REFUSED, failure.message(), null));
            }
            return reply == null
                    ? CompletableFuture.failedFuture(new StoreException(Effect.REFUSED, "nil", null))
                    : CompletableFuture.completedFuture(reply);
        }

        @Override
        public CompletableFuture<Object> runBySource(Script script, List<String> keys, List<String> args) {
            return run(script, keys, args);
        }

        @Override
        public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
            return run(script, keys, args);
        }

        /** One server alone. */
        @Override
        public CompletableFuture<ReplicatedReply> runCopied(
                Script script, List<String> keys, List<String> args, RequiredCopies wanted) {
            return run(script, keys, args).thenApply(reply -> new ReplicatedReply(reply, ReachedCopies.NOWHERE));
        }

        @Override
        public CompletableFuture<Optional<String>> pop(List<String> keys, long millis) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean hasAllKeys() {
            return true;
        }

        @Override
        public CompletableFuture<Optional<Object>> runTogether(Script script, List<String> keys, List<String> args) {
            return run(script, keys, args).thenApply(Optional::of);
        }

        @Override
        public CompletableFuture<ScanPage> scan(String pattern, String cursor) {
            List<?> reply = (List<?>)
                    Objects.requireNonNull(connection.call("SCAN", cursor.isEmpty() ? "0" : cursor, "MATCH", pattern));
            String next = String.valueOf(reply.get(0));
            List<String> keys =
                    ((List<?>) reply.get(1)).stream().map(String::valueOf).toList();
            return CompletableFuture.completedFuture(new ScanPage(keys, next.equals("0") ? "" : next));
        }

        @Override
        public CompletableFuture<Void> subscribe(String inbox, Listener hears) {
            channel = inbox;
            listener = hears;
            listen(inbox, hears);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onReconnect(Runnable action) {
            onReconnect.add(action);
        }

        @Override
        public CompletableFuture<String> setting(String name) {
            return CompletableFuture.completedFuture("");
        }

        @Override
        public CompletableFuture<String> mode() {
            return CompletableFuture.completedFuture("");
        }

        @Override
        public Deployment deployment() {
            return Deployment.STANDALONE;
        }

        @Override
        public List<KnownServer> servers() {
            return List.of();
        }

        @Override
        public List<ServerProbe> probes() {
            return List.of();
        }

        @Override
        public boolean mayMove() {
            return false;
        }

        @Override
        public String whyNot(String key) {
            return "";
        }

        /** Nobody listens at its inbox any more. */
        void loseInbox() {
            if (channel != null) {
                channels.remove(channel);
                connection.send("UNSUBSCRIBE", channel);
                connection.call("PING");
            }
        }

        /** Nobody listens at its inbox any more, and it knows. */
        void deafen() {
            loseInbox();
            if (listener != null) {
                listener.unheard();
            }
        }

        void reconnect() {
            onReconnect.forEach(Runnable::run);
            if (channel != null && listener != null) {
                listen(channel, listener);
                listener.resubscribed();
            }
        }

        @Override
        public void close() {}

        private void listen(String inbox, Listener hears) {
            channels.put(inbox, hears);
            connection.send("SUBSCRIBE", inbox);
            connection.call("PING");
        }
    }
}
