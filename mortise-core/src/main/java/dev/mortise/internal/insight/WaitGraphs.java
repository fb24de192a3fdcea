package dev.mortise.internal.insight;

import dev.mortise.ClientInfo;
import dev.mortise.admin.WaitGraph;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRegister;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads who waits for whom. Thread-safe. */
public final class WaitGraphs {
    /*
     * Overview. The register of waits is read first, then the record of every lock. So what a lock's record contradicts has ended since, and
     * is left out. The register knows what no record of a lock does: who waits inside another client, and which of the owners there
     * stands on a hold. The heartbeats come last, for those that are in the graph.
     */
    /** The most records of the register. */
    private static final int MOST_REGISTERED = 10_000;

    /** How many heartbeats are asked for at once. */
    private static final int AT_ONCE = 32;

    private final LockStore store;
    private final LockInspector inspector;
    private final Runnable requireOpen;

    /** @param requireOpen throws when the client is closed */
    public WaitGraphs(LockStore store, LockInspector inspector, Runnable requireOpen) {
        this.store = store;
        this.inspector = inspector;
        this.requireOpen = requireOpen;
    }

    private record Read(String lock, LockRecord record) {}

    /**
     * The graph as it is now. Blocks.
     *
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked
     */
    public WaitGraph now() {
        WaitGraphBuilder builder = new WaitGraphBuilder(inspector.self(), registered());
        new Walk<Read>(
                        cursor -> store.catalogue().locks("*", cursor),
                        lock -> store.inspect(lock).thenApply(record -> Optional.of(new Read(lock, record))),
                        requireOpen)
                .stream().forEach(read -> add(builder, read));
        return builder.make(clients(builder.clientIds()), inspector.nowMillis());
    }

    private void add(WaitGraphBuilder builder, Read read) {
        LockRecord record = read.record();
        builder.add(
                read.lock(),
                record,
                holder -> inspector.thoseOn(holder, record.nowMillis()),
                inspector.localWaiters(read.lock(), record));
    }

    private WaitGraphBuilder.Registered registered() {
        List<WaitRecord> records = new ArrayList<>();
        String cursor = "";
        do {
            requireOpen.run();
            String from = cursor;
            WaitRegister.Page page;
            try {
                page = Await.result(Failure.or(() -> store.waits().list(from)));
            } catch (RuntimeException e) {
                throw Walk.unavailable("", e);
            }
            records.addAll(page.records());
            cursor = page.next();
        } while (!cursor.isEmpty() && records.size() < MOST_REGISTERED);
        return new WaitGraphBuilder.Registered(records, cursor.isEmpty() && records.size() < MOST_REGISTERED);
    }

    private Map<String, ClientInfo> clients(List<String> ids) {
        Heartbeats beats = new Heartbeats(store);
        Map<String, ClientInfo> known = new HashMap<>();
        for (int from = 0; from < ids.size(); from += AT_ONCE) {
            requireOpen.run();
            List<String> some = ids.subList(from, Math.min(ids.size(), from + AT_ONCE));
            List<CompletableFuture<Optional<ClientRecord>>> asked =
                    some.stream().map(beats::of).toList();
            for (int i = 0; i < some.size(); i++) {
                known.put(some.get(i), ClientRecord.shown(some.get(i), Await.result(asked.get(i))));
            }
        }
        return known;
    }
}
