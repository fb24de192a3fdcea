package dev.mortise.tests.model;

import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.VotingStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The scripts on the real server. */
final class LuaSide implements Side {
    private static final String META = "p:meta";
    private static final Keys KEYS = new Keys("p");

    private final LuaServer server;
    private final OptionalLong quietMillis;
    private final Heard hearing = new Heard();
    private final List<LuaServer.Client> clients = new ArrayList<>();
    private final List<ScriptLockStore> stores = new ArrayList<>();
    private final Map<String, String> lockKeys = new LinkedHashMap<>();
    private final Map<String, LuaServer.Stored> saved = new HashMap<>();
    private final List<String> watched = new ArrayList<>();
    private long micros;
    private long savedAt;
    private int run = 1;

    LuaSide(LuaServer server, SequenceSetup setup, long micros) {
        this.server = server;
        this.micros = micros;
        SequenceSetup.LOCKS.forEach(lock -> lockKeys.put(lock, key(lock)));
        watched.addAll(lockKeys.values());
        watched.add(META);
        server.begin(watched, micros, Integer.toHexString(run));
        if (!setup.tellsStart()) {
            server.hideStart();
        }
        quietMillis = setup.quietMillis();
        for (int client = 0; client < setup.clients(); client++) {
            clients.add(server.client());
            stores.add(new ScriptLockStore(server.client(), KEYS, QuietMarker.none()));
            join(client);
        }
    }

    static String key(String lock) {
        return lock.equals(SequenceSetup.lock(0)) ? "p:{a}" : "p:{b%20%C3%BC%7B1%7D}";
    }

    /** The hash of the lock, as of the last step. */
    StoredLock stored(String lock) {
        LuaServer.Stored stored = server.stored(String.valueOf(lockKeys.get(lock)));
        return new StoredLock(stored.fields(), stored.ttl(), micros);
    }

    @Override
    public SingleAuthorityStore store(int client) {
        return stores.get(client);
    }

    @Override
    public VotingStore node(int client) {
        return stores.get(client);
    }

    @Override
    public void loseInbox(int client) {
        clients.get(client).loseInbox();
    }

    @Override
    public void deafen(int client) {
        clients.get(client).deafen();
    }

    @Override
    public void reconnect(int client) {
        clients.get(client).reconnect();
    }

    @Override
    public void join(int client) {
        LuaServer.Client runner = server.client();
        QuietMarker quiet = quietMillis.isPresent()
                ? QuietMarker.of(KEYS, Duration.ofMillis(quietMillis.getAsLong()))
                : QuietMarker.none();
        ScriptLockStore store = new ScriptLockStore(runner, KEYS, quiet);
        clients.set(client, runner).loseInbox();
        stores.set(client, store);
        store.open(SequenceSetup.client(client), hearing.of(client)).join();
    }

    @Override
    public void moveClock(long toMicros) {
        micros = toMicros;
        server.moveClock(toMicros);
    }

    @Override
    public void save() {
        saved.clear();
        savedAt = micros;
        watched.forEach(key -> saved.put(key, server.stored(key)));
    }

    @Override
    public void restart(Step.Restart.Data data) {
        server.runId(Integer.toHexString(++run));
        if (data != Step.Restart.Data.ALL) {
            for (int client = 0; client < stores.size(); client++) {
                stores.get(client).farewell(SequenceSetup.client(client)).join();
            }
            watched.forEach(key -> server.restore(
                    key,
                    data == Step.Restart.Data.SAVED
                            ? saved.getOrDefault(key, LuaServer.Stored.NOTHING).after(micros / 1000 - savedAt / 1000)
                            : LuaServer.Stored.NOTHING));
        }
    }

    @Override
    public List<String> heard() {
        return hearing.take();
    }

    @Override
    public String describe(String lock) {
        return stored(lock).describe();
    }

    @Override
    public String describeQuiet() {
        Map<String, String> meta = server.stored(META).fields();
        return meta.isEmpty()
                ? ""
                : "run " + meta.get("run") + " until " + meta.get("until")
                        + (meta.containsKey("fresh") ? " fresh" : "")
                        + (meta.containsKey("used") ? " used" : "")
                        + " longest "
                        + meta.get("longest");
    }
}
