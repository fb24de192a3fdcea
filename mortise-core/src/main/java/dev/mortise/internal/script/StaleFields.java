package dev.mortise.internal.script;

import dev.mortise.admin.StaleKind;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what may be stale in the hash of one lock. {@code stale.lua} looks again before it drops anything. */
final class StaleFields {
    /** Of the header of a lock that nobody uses: which word is the last token (µs), and which the end of the last tombstone (ms). */
    private static final int LAST_TOKEN = 2;

    private static final int LAST_TOMBSTONE = 8;

    private final long now;
    private final long graceMillis;
    private final Map<String, String> fields;
    private final List<Leftover> stale = new ArrayList<>();
    private final Set<String> fresh = new HashSet<>();

    private StaleFields(LockHash.Fields stored, long graceMillis) {
        this.now = stored.nowMillis();
        this.graceMillis = graceMillis;
        this.fields = LockHash.withHeader(stored.byName());
    }

    static FoundLeftovers find(LockHash.Fields stored, long graceMillis) {
        try {
            return new StaleFields(stored, graceMillis).find();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new StoreException(Effect.REFUSED, "the stored record of this lock is damaged", e);
        }
    }

    private FoundLeftovers find() {
        fields.forEach((field, value) -> {
            if (field.startsWith("h:")) {
                holder(field.substring(2), value.split("\t", -1));
            } else if (field.startsWith("q:")) {
                waiter(value.split("\t", -1));
            } else if (field.equals("v") && value.startsWith("- ")) {
                nobody(value.split(" ", -1));
            }
        });
        return new FoundLeftovers(stale, fresh);
    }

    private void holder(String leaseId, String[] parts) {
        long expiry = Long.parseLong(parts[2]);
        long granted = Long.parseLong(parts[3]) / 1000 - Long.parseLong(parts[5]);
        long heard = Math.max(granted, Long.parseLong(parts[4]));
        if (expiry == 0 ? now - heard < graceMillis : expiry > now) {
            fresh.add(leaseId);
            return;
        }
        String adoption = parts[6];
        stale.add(new Leftover(
                expiry == 0 ? StaleKind.UNTIL_RELEASED_LEASE : StaleKind.EXPIRED_LEASE,
                leaseId,
                LockHash.clientOf(adoption.isEmpty() ? leaseId : adoption.substring(adoption.indexOf(':') + 1)),
                Tags.decode(fields.getOrDefault("o:" + leaseId, Tags.NONE)),
                expiry == 0 ? heard : expiry));
    }

    private void waiter(String[] parts) {
        String leaseId = parts[0];
        long asked = Long.parseLong(parts[4]);
        if (asked > 0 && asked + graceMillis > now) {
            fresh.add(leaseId);
            return;
        }
        stale.add(new Leftover(
                StaleKind.WAITER, leaseId, LockHash.clientOf(leaseId), new Tag(parts[5], parts[6]), asked));
    }

    private void nobody(String[] words) {
        long over = Long.parseLong(words[LAST_TOMBSTONE]);
        if (over <= now && Long.parseLong(words[LAST_TOKEN]) < 1000 * now) {
            stale.add(new Leftover(StaleKind.ORPHANED_KEY, "", "", Leftover.NOBODY, over));
        }
    }
}
