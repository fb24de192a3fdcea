package dev.mortise.cli.watch;

import dev.mortise.LockInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One lock over some rounds.
 *
 * @param info as it was at the last look
 * @param round number of the round of that look
 * @param looks the last of them, oldest first; one at least
 */
record WatchedLock(LockInfo info, long round, List<Look> looks) {
    /** So many looks are kept. */
    private static final int KEPT = 16;

    WatchedLock {
        looks = List.copyOf(looks);
    }

    /**
     * One look.
     *
     * @param grants how many grants there have been since the look before, at least; 0 for the first
     */
    record Look(Instant at, boolean isHeld, long grants) {}

    /** Seen for the first time. */
    static WatchedLock first(LockInfo info, Instant at, long round) {
        return new WatchedLock(info, round, List.of(new Look(at, info.isLocked(), 0)));
    }

    /** Seen for the first time, and known to have been free at some time before. */
    static WatchedLock sinceFree(LockInfo info, Instant freeAt, Instant at, long round) {
        Look now = new Look(at, info.isLocked(), info.holders().size());
        return new WatchedLock(info, round, List.of(new Look(freeAt, false, 0), now));
    }

    /** Seen again. */
    WatchedLock again(LockInfo now, Instant at, long round) {
        List<Look> more = new ArrayList<>(looks.subList(Math.max(0, looks.size() - KEPT + 1), looks.size()));
        more.add(new Look(at, now.isLocked(), grants(info, now)));
        return new WatchedLock(now, round, more);
    }

    /** A listing that is complete did not show it. */
    WatchedLock free(Instant at, long round) {
        LockInfo unused = new LockInfo(
                info.name(), info.kind(), info.permits(), 0, List.of(), List.of(), info.lastFencingToken());
        return again(unused, at, round);
    }

    boolean isUsed() {
        return info.isLocked() || !info.waiters().isEmpty();
    }

    /** Whether some of the looks that are kept found it held. */
    boolean wasHeld() {
        return looks.stream().anyMatch(Look::isHeld);
    }

    /**
     * Grants a second that were seen: what took place between two looks without a trace is not in it. Empty after one look.
     * Tokens tell that there was a grant, and not how many: they follow the server's clock.
     */
    OptionalDouble grantsPerSecond() {
        Duration time =
                Duration.between(looks.get(0).at(), looks.get(looks.size() - 1).at());
        if (looks.size() < 2 || time.isZero() || time.isNegative()) {
            return OptionalDouble.empty();
        }
        long grants = looks.stream().skip(1).mapToLong(Look::grants).sum();
        return OptionalDouble.of(grants * 1e9 / time.toNanos());
    }

    /** Whether each look found a new grant, so that there may well have been more. */
    boolean hasMoreGrants() {
        return looks.size() > 1 && looks.stream().skip(1).allMatch(look -> look.grants() > 0);
    }

    /** In which part of the looks it was held, from 0 to 1. */
    double heldShare() {
        return looks.stream().filter(Look::isHeld).count() / (double) looks.size();
    }

    /** When the oldest hold began, by the server's clock. */
    Optional<Instant> heldSince() {
        return info.holders().stream().map(LockInfo.Holder::since).min(Instant::compareTo);
    }

    /** When the oldest wait began, by the server's clock. */
    Optional<Instant> waitedForSince() {
        return info.waiters().stream().map(LockInfo.Waiter::since).min(Instant::compareTo);
    }

    /**
     * Grants between two looks, at least: holders that are new. Each has a token above all that were issued by the look before. That
     * the last token grows tells nothing by itself: a client may have reserved some.
     */
    private static long grants(LockInfo before, LockInfo now) {
        Set<Long> known =
                before.holders().stream().map(LockInfo.Holder::fencingToken).collect(Collectors.toSet());
        return now.holders().stream()
                .map(LockInfo.Holder::fencingToken)
                .filter(token -> token > before.lastFencingToken() && !known.contains(token))
                .distinct()
                .count();
    }
}
