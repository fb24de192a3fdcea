package dev.mortise.internal.script;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.Waits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
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

    /** How a record begins that is certain. */
    private static final char CERTAIN = '1';

    /** How a line begins of the list of a lock. */
    private static final char HOLD = '=';

    private final String own;

    /** What was found. */
    private final GatheredWaits found = new GatheredWaits();

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
            if (stored.charAt(0) == HOLD) {
                int end = stored.indexOf('\t');
                found.add(stored.substring(1, end), stored.substring(end + 1));
                continue;
            }
            WaitRecord record = WaitRecords.decode(stored.substring(1));
            if (!record.owner().equals(own) && found.add(record) && stored.charAt(0) == CERTAIN) {
                certain.add(record.owner());
            }
        }
    }

    /** Whether there is no other page, or what was found is enough. */
    boolean isLast() {
        return left.isEmpty() || pages >= MOST_CALLS || found.size() >= Waits.MOST_RECORDS;
    }

    /** All that was found. */
    Waits all() {
        return new Waits(found.all(), certain, left.isEmpty());
    }
}
