package dev.mortise.cli.run;

import dev.mortise.AcquireOptions;
import dev.mortise.LockProvider;
import dev.mortise.Owner;
import dev.mortise.cli.connect.ClientUse;
import dev.mortise.cli.connect.ConnectOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which lock is wanted, or which locks, where, and how.
 *
 * @param connect where; may hold a password, so nothing prints this record
 */
record LockRequest(
        ConnectOptions connect,
        LockChoice locks,
        Duration maxWait,
        Duration lease,
        @Nullable Duration maxHold,
        String label) {
    /** In which Redis must be reached. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    LockProvider open() throws InterruptedException {
        return connect.open(new ClientUse("mortise-run", lease, PATIENCE));
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
        return "LockRequest[" + locks.describe() + "]";
    }
}
