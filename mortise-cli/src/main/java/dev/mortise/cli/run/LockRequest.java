package dev.mortise.cli.run;

import dev.mortise.AcquireOptions;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.cli.connect.PatientConnect;
import dev.mortise.redis.RedisMortise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which lock is wanted, where, and how.
 *
 * @param uri may hold a password, so nothing prints this record
 */
record LockRequest(
        String uri,
        String prefix,
        String name,
        Duration maxWait,
        Duration lease,
        @Nullable Duration maxHold,
        String label) {
    /** In which Redis must be reached, and the longest wait for one answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int ANSWERS_IN_A_LEASE = 6;

    Mortise connect() throws InterruptedException {
        Duration part = lease.dividedBy(ANSWERS_IN_A_LEASE);
        RedisMortise.Builder builder = RedisMortise.builder()
                .uri(uri)
                .keyPrefix(prefix)
                .clientName("mortise-run")
                .lease(lease)
                .commandTimeout(part.compareTo(PATIENCE) < 0 ? part : PATIENCE);
        return PatientConnect.connect(builder, PATIENCE);
    }

    /** How long it may be held without a renewal. */
    Duration hold() {
        return maxHold == null ? lease : KillTime.shorter(lease, maxHold);
    }

    AcquireOptions options() {
        AcquireOptions options = AcquireOptions.waitUpTo(maxWait).owner(user());
        if (!label.isEmpty()) {
            options = options.label(label);
        }
        return maxHold == null ? options : options.maxHold(maxHold);
    }

    private static Owner user() {
        String user = System.getProperty("user.name", "").replaceAll("[^ -~]", "?");
        return user.isEmpty() || user.length() > 64 ? Owner.none() : Owner.of(user);
    }

    @Override
    public String toString() {
        return "LockRequest[" + name + "]";
    }
}
