package dev.mortise.internal.client;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.ForceReport;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.admin.LockAdmin;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.admin.WaitGraph;
import dev.mortise.internal.insight.Listings;
import dev.mortise.internal.insight.LockInspector;
import dev.mortise.internal.insight.WaitGraphs;
import dev.mortise.internal.stale.StaleSweep;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.OrphanCheck;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Administration over the store. Each method blocks until the store has answered, also while interrupted. Stateless. */
final class StoreAdmin implements LockAdmin {
    private static final Logger log = LoggerFactory.getLogger(StoreAdmin.class);

    private final LockStore store;
    private final LockInspector reports;
    private final Listings listings;
    private final WaitGraphs graphs;
    private final ForcedReleases forced;
    private final Resizing resizing;
    private final ClientDiagnosis diagnosis;
    private final Runnable requireOpen;

    /** @param requireOpen throws when the client is closed */
    StoreAdmin(
            LockStore store,
            LockInspector reports,
            ForcedReleases forced,
            Resizing resizing,
            ClientDiagnosis diagnosis,
            Runnable requireOpen) {
        this.store = store;
        this.reports = reports;
        this.listings = new Listings(store, reports, requireOpen);
        this.graphs = new WaitGraphs(store, reports, requireOpen);
        this.forced = forced;
        this.resizing = resizing;
        this.diagnosis = diagnosis;
        this.requireOpen = requireOpen;
    }

    /** Changes the capacity of a semaphore in use; answers false when there is none of that name in use. */
    interface Resizing {
        CompletableFuture<Boolean> resize(String lock, long permits);
    }

    @Override
    public LockInfo inspect(String name) {
        LockNames.check(name);
        requireOpen.run();
        return Unavailable.unless(name, reports.inspect(name));
    }

    @Override
    public Stream<LockInfo> list(String pattern) {
        LockNames.checkPattern(pattern);
        requireOpen.run();
        return listings.locks(pattern);
    }

    @Override
    public List<ClientInfo> clients() {
        requireOpen.run();
        return listings.clients();
    }

    @Override
    public WaitGraph waitGraph() {
        requireOpen.run();
        return graphs.now();
    }

    @Override
    public ForceReport forceReleaseAll(String pattern, String reason, boolean dryRun) {
        ForcedReleases.checkReason(reason);
        Stream<LockInfo> locks = list(pattern);
        return dryRun ? ForcedPattern.dry(locks) : ForcedPattern.of(locks, name -> forceRelease(name, reason));
    }

    @Override
    public int forceRelease(String name, String reason) {
        LockNames.check(name);
        requireOpen.run();
        return forced.all(name, reason);
    }

    @Override
    public ForcedRelease forceRelease(String name, long fencingToken, String reason) {
        LockNames.check(name);
        requireOpen.run();
        return forced.one(name, fencingToken, reason);
    }

    @Override
    public int collect(String name) {
        LockNames.check(name);
        requireOpen.run();
        return Unavailable.unless(name, store.collect(name, OrphanCheck.GRACE_MILLIS));
    }

    @Override
    public StaleReport collectStale(StalePolicy policy, boolean dryRun) {
        LockNames.checkPattern(policy.pattern());
        requireOpen.run();
        try {
            return new StaleSweep(store, policy, dryRun, () -> false).run();
        } catch (RuntimeException e) {
            throw Unavailable.of("", e);
        }
    }

    @Override
    public boolean resizeSemaphore(String name, int permits) {
        LockNames.check(name);
        long capacity = ClientSemaphore.shape(permits).capacity();
        requireOpen.run();
        boolean resized = Unavailable.unless(name, resizing.resize(name, capacity));
        if (resized) {
            log.info("Semaphore '{}' has {} permits now", name, permits);
        }
        return resized;
    }

    @Override
    public Diagnosis diagnose() {
        requireOpen.run();
        return Unavailable.unless("", diagnosis.now());
    }
}
