package dev.mortise.internal.script;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.Waits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the register of waits has answered to one question, page by page, as no call may take long: see {@code look.lua}. Not
 * thread-safe; one page follows the other.
 */
final class WaitPages {
    /** How many places one call is asked about. */
    private static final int MOST_PLACES = 64;

    /** How many calls one question takes at most. */
    private static final int MOST_CALLS = 64;

    private final String own;

    /** The owners that were found, and their records. */
    private final Map<String, WaitRecord> records = new LinkedHashMap<>();

    /** Those of them whose records are certain. */
    private final Set<String> certain = new HashSet<>();

    /** Where to look: what earlier pages have left. */
    private final Deque<String> left = new ArrayDeque<>();

    /** What the last call was asked about. */
    private final Set<String> asked = new HashSet<>();

    /** The locks that were looked at, or are to be. */
    private final Set<String> known = new HashSet<>();

    /** How many pages there were. */
    private int pages;

    private WaitPages(String own, List<String> locks) {
        this.own = own;
        known.addAll(locks);
    }

    /** The pages of an owner that has asked about these locks as it entered; it is not among the answers. */
    static WaitPages entered(String owner, List<String> locks) {
        WaitPages pages = new WaitPages(owner, locks);
        pages.asked.addAll(locks);
        return pages;
    }

    /** Those of a question about these locks. */
    static WaitPages about(List<String> locks) {
        WaitPages pages = new WaitPages("", locks);
        pages.left.addAll(pages.known);
        return pages;
    }

    /** Where the next call is to look. */
    List<String> next() {
        List<String> places = new ArrayList<>();
        while (places.size() < MOST_PLACES && !left.isEmpty()) {
            places.add(left.remove());
        }
        asked.clear();
        asked.addAll(places);
        return places;
    }

    /** What a call has answered. */
    void add(List<?> reply) {
        pages++;
        int places = Math.toIntExact(Replies.number(reply.get(0)));
        for (Object each : reply.subList(1, 1 + places)) {
            String place = each.toString();
            // Of a lock with many owners the rest is left, which begins with the lock and a tab.
            if (place.indexOf('\t') >= 0) {
                left.addFirst(place);
            } else if (known.add(place) || asked.contains(place)) {
                left.add(place);
            }
        }
        for (Object each : reply.subList(1 + places, reply.size())) {
            String stored = each.toString();
            WaitRecord record = WaitRecords.decode(stored.substring(1));
            if (!record.owner().equals(own)
                    && records.putIfAbsent(record.owner(), record) == null
                    && isCertain(stored)) {
                certain.add(record.owner());
            }
        }
    }

    private static boolean isCertain(String stored) {
        return stored.charAt(0) == '1';
    }

    /** Whether there is no other page, or what was found is enough. */
    boolean isLast() {
        return left.isEmpty() || pages >= MOST_CALLS || records.size() >= Waits.MOST_RECORDS;
    }

    /** All that was found. */
    Waits all() {
        return new Waits(List.copyOf(records.values()), certain, left.isEmpty());
    }
}
