package dev.mortise.tests.model;

import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reference model. */
final class ModelSide implements Side {
    private static final Pattern UNTIL = Pattern.compile("until (\\d+)");

    private final InMemoryServer server;
    private final Optional<Duration> quiet;
    private final Heard hearing = new Heard();
    private final List<InMemoryLockStore> stores = new ArrayList<>();
    private InMemoryServer.Snapshot saved = InMemoryServer.Snapshot.empty();
    private long micros;

    ModelSide(SequenceSetup setup, long micros) {
        this.micros = micros;
        server = new InMemoryServer(() -> this.micros);
        if (!setup.tellsStart()) {
            server.hideStart();
        }
        quiet = setup.quietMillis().isPresent()
                ? Optional.of(Duration.ofMillis(setup.quietMillis().getAsLong()))
                : Optional.empty();
        for (int client = 0; client < setup.clients(); client++) {
            stores.add(new InMemoryLockStore(server));
            join(client);
        }
    }

    long micros() {
        return micros;
    }

    /** 0 = it was never quiet. */
    long quietUntilMillis() {
        Matcher until = UNTIL.matcher(server.describeQuiet());
        return until.find() ? Long.parseLong(until.group(1)) : 0;
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
        stores.get(client).loseInbox();
    }

    boolean isDeaf(int client) {
        return stores.get(client).isDeaf();
    }

    @Override
    public void deafen(int client) {
        stores.get(client).deafen();
    }

    @Override
    public void reconnect(int client) {
        stores.get(client).reconnect();
    }

    @Override
    public void join(int client) {
        InMemoryLockStore store = new InMemoryLockStore(server, Runnable::run, quiet);
        stores.set(client, store).close();
        store.open(SequenceSetup.client(client), hearing.of(client)).join();
    }

    @Override
    public void moveClock(long toMicros) {
        micros = toMicros;
    }

    @Override
    public void save() {
        saved = server.snapshot();
    }

    @Override
    public void restart(Step.Restart.Data data) {
        server.replaceProcess(
                switch (data) {
                    case ALL -> server.snapshot();
                    case SAVED -> saved;
                    case NONE -> InMemoryServer.Snapshot.empty();
                });
        if (data != Step.Restart.Data.ALL) {
            for (int client = 0; client < stores.size(); client++) {
                stores.get(client).farewell(SequenceSetup.client(client)).join();
            }
        }
    }

    @Override
    public List<String> heard() {
        return hearing.take();
    }

    @Override
    public String describe(String lock) {
        return server.describe(lock);
    }

    @Override
    public String describeQuiet() {
        return server.describeQuiet();
    }
}
