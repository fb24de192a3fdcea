package dev.mortise.internal.client;

import dev.mortise.LeaseTicket;
import dev.mortise.internal.runtime.Time;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ids of this client's adoptions. An adoption that got no answer may have been done, so another try with the same ticket
 * is the same adoption; any other use of a ticket is a new one, which the server grants once. Thread-safe.
 */
final class Adoptions {
    private static final long LEAST_MEMORY = TimeUnit.MINUTES.toNanos(10);

    private final Time time;
    private final Supplier<String> ids;
    private final ConcurrentMap<Use, String> inDoubt = new ConcurrentHashMap<>();

    /** @param ids makes a new one each time */
    Adoptions(Time time, Supplier<String> ids) {
        this.time = time;
        this.ids = ids;
    }

    /** The id to adopt with. While it is in use, nobody else gets it. */
    String begin(LeaseTicket ticket) {
        @Nullable String before = inDoubt.remove(Use.of(ticket));
        return before != null ? before : ids.get();
    }

    /** It got no answer. Remembered for as long as the server may have the lease for it. */
    void unanswered(LeaseTicket ticket, String id) {
        inDoubt.put(Use.of(ticket), id);
        long memory = Math.max(LEAST_MEMORY, 2 * ticket.lease().toNanos());
        time.schedule(memory, () -> inDoubt.remove(Use.of(ticket), id));
    }

    private record Use(String lock, String leaseId, int adoption) {
        static Use of(LeaseTicket ticket) {
            return new Use(ticket.lockName(), ticket.leaseId(), ticket.adoption());
        }
    }
}
