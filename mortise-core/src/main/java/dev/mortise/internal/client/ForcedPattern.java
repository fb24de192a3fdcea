package dev.mortise.internal.client;

import dev.mortise.LockInfo;
import dev.mortise.LockUnavailableException;
import dev.mortise.admin.ForceReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Ends the holds of many locks, one lock after the other, as they are listed. For one run. */
final class ForcedPattern {
    /** By name: what the server lists twice is released once, so that the next holder keeps it. */
    private final Map<String, ForceReport.Forced> forced = new LinkedHashMap<>();

    /** Only tells what would be done. */
    static ForceReport dry(Stream<LockInfo> locks) {
        return new ForceReport(true, new ForcedPattern().run(locks, name -> 0));
    }

    /**
     * @param release ends the holds of one lock; answers how many
     * @throws LockUnavailableException when the server cannot be asked: says how many locks were released by then
     */
    static ForceReport of(Stream<LockInfo> locks, ToIntFunction<String> release) {
        ForcedPattern run = new ForcedPattern();
        try {
            return new ForceReport(false, run.run(locks, release));
        } catch (LockUnavailableException e) {
            throw new LockUnavailableException(
                    e.lockName(), e.getMessage() + " (" + run.forced.size() + " locks had been released by then)", e);
        }
    }

    private List<ForceReport.Forced> run(Stream<LockInfo> locks, ToIntFunction<String> release) {
        locks.filter(lock -> lock.isLocked() && !forced.containsKey(lock.name()))
                .forEach(lock -> {
                    int ended = release.applyAsInt(lock.name());
                    forced.put(lock.name(), new ForceReport.Forced(lock.name(), lock.holders(), ended));
                });
        return List.copyOf(forced.values());
    }
}
