package dev.mortise.cli.watch;

import dev.mortise.LockInfo;
import dev.mortise.admin.WaitGraph;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that rounds have seen so far, as far as it still counts. Immutable. */
final class WatchBoard {
    /** So many locks are remembered; of more, those are forgotten that were looked at longest ago. */
    private static final int MOST = 10_000;

    /** A lock that is free stays for that long, so that a busy one does not come and go. */
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private static final WatchBoard EMPTY =
            new WatchBoard(Map.of(), null, null, Duration.ZERO, null, false, Optional.empty());

    private final Map<String, WatchedLock> locks;

    /** The last round; null before the first. */
    private final @Nullable LookRound last;

    /** The round in which the last listing came to its end began then; null before that. */
    private final @Nullable Instant listedAt;

    /** How far the server's clock is ahead of this host's, at least. */
    private final Duration ahead;

    /** What went wrong since the last round; null when nothing did. */
    private final @Nullable Failure failure;

    /** Whether locks were forgotten for want of room; once true stays true. */
    private final boolean isFull;

    /** The last one that was asked for. */
    private final Optional<WaitGraph> waits;

    private WatchBoard(
            Map<String, WatchedLock> locks,
            @Nullable LookRound last,
            @Nullable Instant listedAt,
            Duration ahead,
            @Nullable Failure failure,
            boolean isFull,
            Optional<WaitGraph> waits) {
        this.locks = locks;
        this.last = last;
        this.listedAt = listedAt;
        this.ahead = ahead;
        this.failure = failure;
        this.isFull = isFull;
        this.waits = waits;
    }

    /**
     * Why there is no answer.
     *
     * @param since when that was first seen
     */
    record Failure(String message, Instant since) {}

    /** Before the first round. */
    static WatchBoard empty() {
        return EMPTY;
    }

    /** With one more round. */
    WatchBoard after(LookRound round) {
        Map<String, WatchedLock> known = new HashMap<>(locks);
        round.locks().forEach(info -> known.compute(info.name(), (name, before) -> seen(before, info, round)));
        if (round.listed() > 0) {
            known.replaceAll((name, lock) ->
                    lock.round() < round.listed() && lock.isUsed() ? lock.free(round.at(), round.number()) : lock);
        }
        known.values().removeIf(lock -> isOver(lock, round.at()));
        boolean isCut = forgetOldest(known);
        Instant listed = round.listed() == 0 ? listedAt : round.at();
        return new WatchBoard(
                Collections.unmodifiableMap(known),
                round,
                listed,
                longer(ahead, aheadIn(round)),
                null,
                isFull || isCut,
                round.waits().isPresent() ? round.waits() : waits);
    }

    /** What was seen stays, and it is known that there is no answer any more. */
    WatchBoard failed(String message, Instant at) {
        Instant since = failure == null ? at : failure.since();
        return new WatchBoard(locks, last, listedAt, ahead, new Failure(message, since), isFull, waits);
    }

    private WatchedLock seen(@Nullable WatchedLock before, LockInfo info, LookRound round) {
        if (before != null) {
            return before.again(info, round.at(), round.number());
        }
        return listedAt == null || isFull
                ? WatchedLock.first(info, round.at(), round.number())
                : WatchedLock.sinceFree(info, listedAt, round.at(), round.number());
    }

    private static boolean isOver(WatchedLock lock, Instant now) {
        return !lock.isUsed()
                && lock.looks().stream()
                        .noneMatch(look ->
                                look.isHeld() && !look.at().plus(REMEMBERED).isBefore(now));
    }

    private static boolean forgetOldest(Map<String, WatchedLock> known) {
        if (known.size() <= MOST) {
            return false;
        }
        known.values().stream()
                .sorted(Comparator.comparingLong(WatchedLock::round))
                .limit(known.size() - MOST)
                .map(lock -> lock.info().name())
                .toList()
                .forEach(known::remove);
        return true;
    }

    /** What has begun by the server's clock has begun. */
    private static Duration aheadIn(LookRound round) {
        Instant end = round.at().plus(round.took());
        return round.locks().stream()
                .flatMap(lock -> Stream.concat(
                        lock.holders().stream().map(LockInfo.Holder::since),
                        lock.waiters().stream().map(LockInfo.Waiter::since)))
                .map(since -> Duration.between(end, since))
                .reduce(Duration.ZERO, WatchBoard::longer);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Those that the filter lets through, in order. */
    List<WatchedLock> rows(WatchOrder order, boolean isReversed, WatchFilter filter) {
        Comparator<WatchedLock> comparator = isReversed ? order.comparator().reversed() : order.comparator();
        return locks.values().stream()
                .filter(filter::matches)
                .sorted(comparator)
                .toList();
    }

    Optional<WatchedLock> lock(String name) {
        return Optional.ofNullable(locks.get(name));
    }

    /** Also some that are free by now. */
    Collection<WatchedLock> locks() {
        return locks.values();
    }

    Optional<LookRound> last() {
        return Optional.ofNullable(last);
    }

    Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Who waits for whom, as it was asked for last. */
    Optional<WaitGraph> waits() {
        return waits;
    }

    /** The server's clock at that time of this host's: never before what the server says has begun. */
    Instant serverTime(Instant now) {
        return now.plus(ahead);
    }

    long held() {
        return locks.values().stream().filter(lock -> lock.info().isLocked()).count();
    }

    long waitedFor() {
        return locks.values().stream()
                .filter(lock -> !lock.info().waiters().isEmpty())
                .count();
    }

    long waiters() {
        return locks.values().stream()
                .mapToLong(lock -> lock.info().waiters().size())
                .sum();
    }

    /** Grants a second that were seen, of all locks. */
    double grantsPerSecond() {
        return locks.values().stream()
                .mapToDouble(lock -> lock.grantsPerSecond().orElse(0))
                .sum();
    }

    /** Whether the last round saw this lock as it is shown. */
    boolean isFresh(WatchedLock lock) {
        return last != null && lock.round() == last.number();
    }

    /** How many locks in use are known that the last round did not look at. */
    long more() {
        return locks.values().stream()
                .filter(lock -> lock.isUsed() && !isFresh(lock))
                .count();
    }

    /** Whether there are locks that are not known: no listing has come to its end yet, or there was no room. */
    boolean hasUnknown() {
        return isFull || listedAt == null && last != null;
    }

    /** Whether one round looks at all locks that there are. */
    boolean isSmall() {
        return last != null && last.listed() == last.number() && !isFull;
    }
}
