package dev.mortise.cli.text;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Locks, holders and waiters in a few words, not yet made {@linkplain Printable harmless}. */
public final class LockWords {
    private LockWords() {}

    /** {@code mutex}, {@code read-write} or {@code semaphore}. */
    public static String kind(LockInfo info) {
        return info.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How much of it is in use: {@code held}, {@code 3 readers}, {@code writer}, {@code 2/5}, or {@code free}. */
    public static String use(LockInfo info) {
        if (!info.isLocked()) {
            return "free";
        }
        return switch (info.kind()) {
            case MUTEX -> "held";
            case READ_WRITE ->
                info.used() >= info.permits()
                        ? "writer"
                        : readers(info.holders().size());
            case SEMAPHORE -> info.used() + "/" + info.permits();
        };
    }

    /** How many permits a holder has or a waiter wants, as far as that says something: {@code read} or {@code write}, too. */
    public static String permits(LockInfo info, long permits) {
        return switch (info.kind()) {
            case MUTEX -> "-";
            case READ_WRITE -> permits == 1 ? "read" : "write";
            case SEMAPHORE -> Long.toString(permits);
        };
    }

    private static String readers(int count) {
        return count == 1 ? "1 reader" : count + " readers";
    }

    /** Owner, place and label: {@code worker-1 on app-2/4711 (billing) "nightly run"}. */
    public static String who(String owner, ClientInfo client, String label) {
        return (owner.isEmpty() ? "" : owner + " on ")
                + client.describe()
                + (label.isEmpty() ? "" : " \"" + label + '"');
    }

    /** A holder with all that is known: who, for how long, until when, token. */
    public static String of(LockInfo.Holder holder, Instant now) {
        return who(holder.owner(), holder.client(), holder.label()) + ", held for "
                + ShortDuration.between(holder.since(), now) + ", " + lease(holder) + ", token "
                + holder.fencingToken();
    }

    /** What is left of the lease. */
    private static String lease(LockInfo.Holder holder) {
        return holder.expiresIn()
                .map(left -> "lease ends in " + ShortDuration.of(left) + " unless renewed")
                .orElse("until released");
    }

    /** The same for a column; {@code -} for a lease without expiry. */
    public static String left(Optional<Duration> expiresIn) {
        return expiresIn.map(ShortDuration::of).orElse("-");
    }
}
