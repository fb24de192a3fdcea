package dev.mortise.testkit.memory;

import dev.mortise.admin.StaleKind;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.Waits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The register of waits, as the scripts keep it. Guarded by its server. */
final class WaitRegistry {
    /** How many are on a page of a list. */
    private static final int PAGE = 16;

    private final NavigableMap<String, Entry> owners = new TreeMap<>();

    /** A record that is believed, and certain, until then; none = no record up to that version is accepted. */
    private record Entry(long version, long untilMillis, long certainMillis, Optional<WaitRecord> record) {}

    WaitRegistry copy() {
        WaitRegistry copy = new WaitRegistry();
        copy.owners.putAll(owners);
        return copy;
    }

    /** Those on record. */
    List<String> owners() {
        return owners.entrySet().stream()
                .filter(entry -> entry.getValue().record().isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    Waits register(WaitRecord record, WaitRegister.Term term, long now) {
        long untilMillis = now + term.believedMillis();
        put(
                record.owner(),
                new Entry(record.version(), untilMillis, now + term.certainMillis(), Optional.of(record)),
                now);
        return ahead(record.wanted().stream().map(Wanted::lock).toList(), record.owner(), now);
    }

    Waits look(List<String> locks, long now) {
        owners.values().removeIf(old -> old.untilMillis() <= now);
        return ahead(locks, "", now);
    }

    /** Those that were over that long ago. */
    List<Leftover> stale(long graceMillis, boolean drop, long now) {
        List<Leftover> found = owners.entrySet().stream()
                .filter(owner -> owner.getValue().untilMillis() + graceMillis <= now)
                .map(owner -> leftover(owner.getKey(), owner.getValue()))
                .toList();
        if (drop) {
            found.forEach(each -> owners.remove(each.id()));
        }
        return found;
    }

    private static Leftover leftover(String owner, Entry entry) {
        return new Leftover(
                StaleKind.WAIT_RECORD,
                owner,
                entry.record().map(WaitRecord::clientId).orElse(""),
                entry.record().map(WaitRecord::tag).orElse(new Tag("", "")),
                entry.untilMillis());
    }

    WaitRegister.Page list(String cursor, long now) {
        NavigableMap<String, Entry> rest = owners.tailMap(cursor, false);
        List<String> lookedAt = rest.keySet().stream().limit(PAGE).toList();
        List<WaitRecord> records = rest.values().stream()
                .limit(PAGE)
                .filter(entry -> entry.untilMillis() > now)
                .flatMap(entry -> entry.record().stream())
                .toList();
        boolean isLast = lookedAt.size() == rest.size();
        return new WaitRegister.Page(records, isLast ? "" : lookedAt.get(lookedAt.size() - 1));
    }

    void forget(String owner, long version, long ttlMillis, long now) {
        if (ttlMillis > 0) {
            put(owner, new Entry(version, now + ttlMillis, now, Optional.empty()), now);
        } else {
            owners.computeIfPresent(owner, (name, known) -> known.version() <= version ? null : known);
        }
    }

    private void put(String owner, Entry entry, long now) {
        owners.values().removeIf(old -> old.untilMillis() <= now);
        Entry before = owners.get(owner);
        if (before == null || before.version() <= entry.version()) {
            owners.put(owner, entry);
        }
    }

    private Waits ahead(List<String> locks, String without, long now) {
        List<WaitRecord> found = new ArrayList<>();
        Set<String> certain = new HashSet<>();
        Set<String> seen = new HashSet<>(Set.of(without));
        Deque<List<String>> next = new ArrayDeque<>(List.of(locks));
        while (!next.isEmpty()) {
            List<String> wanted = next.remove();
            for (Entry other : owners.values()) {
                WaitRecord record = other.record().orElse(null);
                boolean holds =
                        record != null && record.held().stream().map(Held::lock).anyMatch(wanted::contains);
                if (record == null || !holds || !seen.add(record.owner())) {
                    continue;
                }
                if (found.size() == Waits.MOST_RECORDS) {
                    return new Waits(found, certain, false);
                }
                found.add(record);
                if (other.certainMillis() > now) {
                    certain.add(record.owner());
                }
                next.add(record.wanted().stream().map(Wanted::lock).toList());
            }
        }
        return new Waits(found, certain, true);
    }
}
