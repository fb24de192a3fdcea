package dev.mortise.cli.watch;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Locks and rounds for tests of what is made of them. */
final class WatchSamples {
    static final Instant START = Instant.parse("2026-11-28T14:00:00Z");
    private static final Duration STEP = Duration.ofSeconds(2);

    private WatchSamples() {}

    static ClientInfo client(String host, int pid) {
        return new ClientInfo("c" + pid, host, pid, "shop", "1", Optional.empty());
    }

    static LockInfo.Holder holder(String owner, String label, Instant since, long token) {
        return new LockInfo.Holder(
                owner, client("app-1", 815), label, since, Optional.of(Duration.ofSeconds(25)), token, 1);
    }

    static LockInfo.Waiter waiter(int place, String owner, Instant since) {
        return new LockInfo.Waiter(place, owner, client("app-" + place, 4711), "", since, 1);
    }

    /** Held once, with that token. */
    static LockInfo held(String name, Instant since, long token, LockInfo.Waiter... waiters) {
        return lock(name, List.of(holder("nightly", "", since, token)), List.of(waiters), token);
    }

    static LockInfo lock(String name, List<LockInfo.Holder> holders, List<LockInfo.Waiter> waiters, long lastToken) {
        return new LockInfo(name, LockKind.MUTEX, 1, holders.size(), holders, waiters, lastToken);
    }

    /** With so many waiters, the first since that time, and a tenth of a second between two. */
    static LockInfo crowded(String name, Instant since, int waiters) {
        List<LockInfo.Waiter> queue = IntStream.rangeClosed(1, waiters)
                .mapToObj(place -> waiter(place, "http-" + place, since.plusMillis(100L * (place - 1))))
                .toList();
        return lock(name, List.of(holder("nightly", "recount", since, 7)), queue, 7);
    }

    /** When that round begins. */
    static Instant at(long round) {
        return START.plus(STEP.multipliedBy(round - 1));
    }

    /** A round that saw all locks there are. */
    static LookRound whole(long number, LockInfo... locks) {
        return new LookRound(number, at(number), Duration.ofMillis(20), List.of(locks), number, Optional.empty());
    }

    /** A round that saw some locks, of a listing that began in that one, or goes on: 0. */
    static LookRound part(long number, long listed, LockInfo... locks) {
        return new LookRound(number, at(number), Duration.ofMillis(20), List.of(locks), listed, Optional.empty());
    }

    static WatchBoard board(LookRound... rounds) {
        WatchBoard board = WatchBoard.empty();
        for (LookRound round : rounds) {
            board = board.after(round);
        }
        return board;
    }
}
