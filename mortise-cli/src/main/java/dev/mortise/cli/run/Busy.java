package dev.mortise.cli.run;

import dev.mortise.LockInfo;
import dev.mortise.LockTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Says who holds a lock that was not to be had, since when, and who waits. */
final class Busy {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    /** A semaphore, or a lock with readers, may have any number of holders. */
    private static final int MOST = 4;

    private Busy() {}

    static String describe(LockTimeoutException failure, Instant now) {
        List<LockInfo.Holder> all = failure.holders();
        String holders =
                all.stream().limit(MOST).map(holder -> describe(holder, now)).collect(Collectors.joining("; "))
                        + (all.size() > MOST ? "; and " + (all.size() - MOST) + " others" : "");
        int waiters = failure.info().map(info -> info.waiters().size()).orElse(0);
        return "lock '" + failure.lockName() + "' is busy"
                + (holders.isEmpty() ? "" : ": held by " + holders)
                + (waiters == 0 ? "" : "; waiting: " + waiters);
    }

    private static String describe(LockInfo.Holder holder, Instant now) {
        String owner = holder.owner().isEmpty() ? "" : holder.owner() + " on ";
        String label = holder.label().isEmpty() ? "" : " for '" + holder.label() + "'";
        Instant since = holder.since().truncatedTo(ChronoUnit.SECONDS);
        long seconds = Math.max(0, Duration.between(holder.since(), now).toSeconds());
        return owner + holder.client().describe() + label + " since " + TIME.format(since) + " (" + seconds + " s)"
                + holder.expiresIn()
                        .map(left -> ", lease ends in " + left.toMillis() + " ms unless renewed")
                        .orElse("");
    }
}
