package dev.mortise.testkit.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Waiters in the order of their tickets. A ticket given back leaves a hole, which only its former owner may fill. */
final class WaitQueue {
    /** The ticket of the reader that waits to be the writer; others begin at 1. */
    static final long FRONT = 0;

    private static final int ENDS = 64;

    private final NavigableMap<Long, Waiter> byTicket = new TreeMap<>();

    /** The highest ticket given out since the lock was idle. */
    private long lastTicket;

    NavigableMap<Long, Waiter> byTicket() {
        return byTicket;
    }

    long lastTicket() {
        return lastTicket;
    }

    int size() {
        return byTicket.size();
    }

    boolean isEmpty() {
        return byTicket.isEmpty();
    }

    OptionalLong ticketOf(String leaseId) {
        return byTicket.entrySet().stream()
                .filter(entry -> entry.getValue().leaseId().equals(leaseId))
                .mapToLong(Map.Entry::getKey)
                .findFirst();
    }

    Optional<Waiter> upgrade() {
        return Optional.ofNullable(byTicket.get(FRONT));
    }

    /** From 1. */
    int place(long ticket) {
        return byTicket.headMap(ticket, true).size();
    }

    long join(Waiter waiter) {
        rejoin(lastTicket + 1, waiter);
        return lastTicket;
    }

    void rejoin(long ticket, Waiter waiter) {
        byTicket.put(ticket, waiter);
        lastTicket = Math.max(lastTicket, ticket);
    }

    boolean isTaken(long ticket) {
        return byTicket.containsKey(ticket);
    }

    void leave(long ticket) {
        byTicket.remove(ticket);
    }

    /** From now on it counts for how long that one is silent, and those behind it. */
    void see(long ticket, long now) {
        byTicket.subMap(ticket, true, ticket + ENDS, true).replaceAll((t, waiter) -> waiter.seen(now));
    }

    /** It is full: of those at either end, who has not asked for that long leaves. */
    void thin(long silentMillis, long now) {
        List<Long> looked = new ArrayList<>();
        byTicket.keySet().stream().limit(ENDS).forEach(looked::add);
        long last = looked.isEmpty() ? lastTicket : looked.get(looked.size() - 1);
        looked.addAll(byTicket.tailMap(Math.max(last, lastTicket - ENDS), false).keySet());
        looked.forEach(ticket -> byTicket.computeIfPresent(
                ticket, (t, waiter) -> waiter.isSilent(silentMillis, now) ? null : waiter.seen(now)));
    }

    void reset() {
        byTicket.clear();
        lastTicket = 0;
    }

    WaitQueue copy() {
        WaitQueue copy = new WaitQueue();
        copy.byTicket.putAll(byTicket);
        copy.lastTicket = lastTicket;
        return copy;
    }
}
