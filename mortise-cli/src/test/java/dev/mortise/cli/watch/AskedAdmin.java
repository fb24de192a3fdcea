package dev.mortise.cli.watch;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockUnavailableException;
import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.ForceReport;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.admin.LockAdmin;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.admin.WaitGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Answers of what it was given, and says what it was asked. */
final class AskedAdmin implements LockAdmin {
    private final Map<String, LockInfo> locks = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();
    private int listings;
    private int listingsUntilError = Integer.MAX_VALUE;
    private boolean isAway;

    void add(LockInfo lock) {
        locks.put(lock.name(), lock);
    }

    void remove(String name) {
        locks.remove(name);
    }

    /** Every listing after so many is an error. */
    void breakAfter(int count) {
        listingsUntilError = count;
    }

    void goAway(boolean away) {
        isAway = away;
    }

    /** All that was asked since the last call. */
    List<String> asked() {
        List<String> all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    @Override
    public LockInfo inspect(String name) {
        requireThere();
        asked.add("inspect " + name);
        return locks.getOrDefault(name, WatchSamples.lock(name, List.of(), List.of(), 0));
    }

    @Override
    public Stream<LockInfo> list(String pattern) {
        if (++listings > listingsUntilError) {
            throw new IllegalStateException("broken on purpose");
        }
        asked.add("list " + pattern);
        return List.copyOf(locks.values()).stream().map(lock -> {
            requireThere();
            asked.add(lock.name());
            return lock;
        });
    }

    @Override
    public WaitGraph waitGraph() {
        asked.add("waitGraph");
        return WaitGraph.empty(WatchSamples.START);
    }

    private void requireThere() {
        if (isAway) {
            throw new LockUnavailableException("", "away", new IllegalStateException("away"));
        }
    }

    @Override
    public List<ClientInfo> clients() {
        throw new AssertionError("not for a watch");
    }

    @Override
    public ForceReport forceReleaseAll(String pattern, String reason, boolean dryRun) {
        throw new AssertionError("not for a watch");
    }

    @Override
    public int forceRelease(String name, String reason) {
        throw new AssertionError("not for a watch");
    }

    @Override
    public ForcedRelease forceRelease(String name, long fencingToken, String reason) {
        throw new AssertionError("not for a watch");
    }

    @Override
    public Diagnosis diagnose() {
        throw new AssertionError("not for a watch");
    }

    @Override
    public int collect(String name) {
        throw new AssertionError("not for a watch");
    }

    @Override
    public StaleReport collectStale(StalePolicy policy, boolean dryRun) {
        throw new AssertionError("not for a watch");
    }

    @Override
    public boolean resizeSemaphore(String name, int permits) {
        throw new AssertionError("not for a watch");
    }
}
