package dev.mortise.cli.demo;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What all workers together have told. Thread-safe. */
final class Ledger {
    private final Queue<Grant> grants = new ConcurrentLinkedQueue<>();
    private final AtomicLong writes = new AtomicLong();

    /**
     * Somebody got the lock.
     *
     * @param token the fencing token
     * @param micros when, see {@link Timing#micros}
     * @param worker who
     */
    record Grant(long token, long micros, String worker) {}

    void granted(Grant grant) {
        grants.add(grant);
    }

    void wrote() {
        writes.incrementAndGet();
    }

    long writes() {
        return writes.get();
    }

    /** The books are closed, and new ones begun. */
    void clearWrites() {
        writes.set(0);
    }

    int grants() {
        return grants.size();
    }

    /** The first grant after the one with that token. */
    Optional<Grant> after(long token) {
        return grants.stream().filter(grant -> grant.token() > token).min(Comparator.comparingLong(Grant::token));
    }

    /** How many grants did not have a higher token than the grant before. */
    long outOfOrder() {
        List<Grant> byTime =
                grants.stream().sorted(Comparator.comparingLong(Grant::micros)).toList();
        long wrong = 0;
        for (int i = 1; i < byTime.size(); i++) {
            wrong += byTime.get(i).token() > byTime.get(i - 1).token() ? 0 : 1;
        }
        return wrong;
    }
}
