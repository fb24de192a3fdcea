package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Tag;
import java.util.OptionalLong;

/** Of two adoptions with one ticket at most one succeeds; the same one repeated succeeds again. */
final class Adopting {
    private Adopting() {}

    static OptionalLong adopt(
            LockState lock,
            String leaseId,
            int adoption,
            String adoptionId,
            long token,
            long leaseMillis,
            Tag tag,
            long now) {
        Holder holder = lock.live(leaseId, now);
        if (holder == null) {
            return OptionalLong.empty();
        }
        // None above that was given out. One below that of its grant was, if it was a writer's and is a reader's now.
        if (token > lock.lastToken) {
            return OptionalLong.empty();
        }
        boolean repeated = holder.adoptions == adoption + 1 && holder.adoptedBy.equals(adoptionId);
        if (!repeated && holder.adoptions != adoption) {
            return OptionalLong.empty();
        }
        long end = Holder.end(leaseMillis, now);
        // A lease without expiry gets one if the adopter asks for one; but only once, for the adopter may lift it
        // again.
        boolean mayEnd = holder.hasNoExpiry() && !repeated;
        holder.extend(leaseMillis, mayEnd ? end : Math.max(end, holder.expiryMillis), now);
        holder.adoptions = adoption + 1;
        holder.adoptedBy = adoptionId;
        holder.tag = tag;
        return OptionalLong.of(holder.token);
    }
}
