package dev.mortise.tests.world;

import dev.mortise.Lease;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Every lease that anybody was given, and what must be true of them all. */
final class Holds {
    private final long capacity;
    private final List<Held> all = new ArrayList<>();
    private final Set<Long> tokens = new HashSet<>();
    private final Set<Held> over = new HashSet<>();
    private long greatest;
    private long greatestOfWriters;

    /** @param capacity of the lock */
    Holds(long capacity) {
        this.capacity = capacity;
    }

    /**
     * Somebody has been given a lease.
     *
     * @throws AssertionError when that must not be
     */
    void given(Held held) {
        isAlone(held);
        long token = held.lease.fencingToken();
        if (!tokens.add(token)) {
            throw new AssertionError(held + " has the token of another");
        }
        if (held.permits == capacity && token <= greatest || token <= greatestOfWriters) {
            throw new AssertionError(
                    held + " came after tokens up to " + greatest + ", of writers " + greatestOfWriters);
        }
        greatest = Math.max(greatest, token);
        if (held.permits == capacity) {
            greatestOfWriters = token;
        }
        all.add(held);
    }

    /** Somebody has taken a lease over from another client. */
    void adopted(Held held) {
        isAlone(held);
        if (!tokens.contains(held.lease.fencingToken())) {
            throw new AssertionError(held + " was adopted with a token that nobody had");
        }
        if (held.permits == capacity && held.lease.fencingToken() < greatest) {
            throw new AssertionError(held + " was adopted after others came, up to " + greatest);
        }
        all.add(held);
    }

    /** To be called now and then: whoever has lost a lease never has it again. */
    void check() {
        for (Held held : all) {
            boolean valid = held.lease.isValid();
            if (valid && over.contains(held)) {
                throw new AssertionError(held + " is valid again");
            }
            if (!valid) {
                over.add(held);
            }
        }
    }

    List<Held> all() {
        return all;
    }

    private void isAlone(Held held) {
        if (!held.lease.isValid()) {
            return;
        }
        List<Held> valid = all.stream().filter(other -> other.lease.isValid()).toList();
        long used = valid.stream().mapToLong(Held::permits).sum();
        if (used + held.permits > capacity) {
            throw new AssertionError(held + " and " + valid + " are valid at once");
        }
    }

    /** One lease. */
    record Held(Lease lease, long permits, int client) {
        @Override
        public String toString() {
            return "client " + client + " with " + lease;
        }
    }
}
