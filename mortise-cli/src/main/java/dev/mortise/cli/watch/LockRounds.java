package dev.mortise.cli.watch;

import dev.mortise.LockInfo;
import dev.mortise.admin.LockAdmin;
import dev.mortise.admin.WaitGraph;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks the server, one round after the other. Blocks, and is for one thread. */
final class LockRounds {
    /*
     * Overview. What a round costs is bounded. It takes so many locks from a listing and leaves the rest to the rounds after it: the
     * listing is lazy, and holds nothing of the server. A new one begins when it has come to its end. So a round looks at all
     * locks when there are few, and at one part after the other when there are many. Then it also looks at the first that are
     * on the screen, and at the one that is open, by itself. A few that the listing has asked for already are shown by the
     * round after that one.
     */
    /** So many of those on the screen are looked at in each round. */
    private static final int FIRST = 10;

    private final LockAdmin admin;
    private final String pattern;
    private final int most;
    private final Clock clock;

    /** What is left of the listing; null when the next round begins one. */
    private @Nullable Iterator<LockInfo> listing;

    /** The round in which that listing began. */
    private long listedSince;

    private long number;

    /** @param most locks that one round takes from the listing */
    LockRounds(LockAdmin admin, String pattern, int most, Clock clock) {
        this.admin = admin;
        this.pattern = pattern;
        this.most = most;
        this.clock = clock;
    }

    /**
     * The next round.
     *
     * @throws dev.mortise.LockUnavailableException when the server cannot be asked; the next round begins a new listing
     */
    LookRound next(WatchFocus focus) {
        number++;
        var at = clock.instant();
        long begin = System.nanoTime();
        Map<String, LockInfo> seen = new LinkedHashMap<>();
        long listed = list(seen);
        boolean isWhole = listed == number;
        if (!isWhole) {
            Stream.concat(focus.opened().stream(), focus.first().stream().limit(FIRST))
                    .filter(name -> !seen.containsKey(name))
                    .distinct()
                    .toList()
                    .forEach(name -> seen.put(name, admin.inspect(name)));
        }
        boolean asks = focus.opened().isPresent() && (isWhole || focus.isAskingWaits());
        Optional<WaitGraph> waits = asks ? Optional.of(admin.waitGraph()) : Optional.empty();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return new LookRound(number, at, took, seen.values().stream().toList(), listed, waits);
    }

    /** Takes some more of the listing. Answers the round in which it began, if this was the end of it, or 0. */
    private long list(Map<String, LockInfo> seen) {
        Iterator<LockInfo> left = listing;
        // Anew after a failure.
        listing = null;
        if (left == null) {
            left = admin.list(pattern).iterator();
            listedSince = number;
        }
        while (left.hasNext()) {
            if (seen.size() == most) {
                listing = left;
                return 0;
            }
            LockInfo next = left.next();
            seen.put(next.name(), next);
        }
        return listedSince;
    }
}
