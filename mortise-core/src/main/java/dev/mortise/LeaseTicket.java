package dev.mortise;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;

/**
 * A detached lease on its way to whoever {@linkplain Mortise#adopt adopts} it. Void once adopted. It is a capability:
 * whoever has it can take the lock, so it is kept out of logs, and {@link #toString()} leaves the lease id out.
 *
 * @param lockName the lock
 * @param leaseId the lease
 * @param fencingToken its token, which stays the same
 * @param adoption how often the lease was adopted before; makes a used ticket void
 * @param lease the lifetime it is renewed by; zero for a lease without expiry
 * @param renewal whether the adopter renews it
 */
public record LeaseTicket(
        String lockName, String leaseId, long fencingToken, int adoption, Duration lease, Renewal renewal) {
    private static final String VERSION = "mt1";

    /** Checks the parts. */
    public LeaseTicket {
        Objects.requireNonNull(lockName, "lockName");
        Objects.requireNonNull(leaseId, "leaseId");
        Objects.requireNonNull(lease, "lease");
        Objects.requireNonNull(renewal, "renewal");
        if (leaseId.isEmpty() || fencingToken < 1 || adoption < 0 || lease.isNegative()) {
            throw new IllegalArgumentException("not a lease ticket");
        }
    }

    /** One line of printable ASCII without spaces. */
    public String encode() {
        String name = Base64.getUrlEncoder().withoutPadding().encodeToString(lockName.getBytes(StandardCharsets.UTF_8));
        return String.join(
                ".",
                VERSION,
                name,
                leaseId,
                Long.toString(fencingToken),
                Integer.toString(adoption),
                Long.toString(lease.toMillis()),
                renewal.name());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException when it is anything else; the message does not repeat the text
     */
    public static LeaseTicket decode(String text) {
        String[] parts = Objects.requireNonNull(text, "text").split("\\.", -1);
        if (parts.length != 7 || !parts[0].equals(VERSION)) {
            throw new IllegalArgumentException("not a lease ticket: expected " + VERSION + " and seven parts");
        }
        try {
            return new LeaseTicket(
                    new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8),
                    parts[2],
                    Long.parseLong(parts[3]),
                    Integer.parseInt(parts[4]),
                    Duration.ofMillis(Long.parseLong(parts[5])),
                    Renewal.valueOf(parts[6]));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a lease ticket: damaged");
        }
    }

    @Override
    public String toString() {
        return "LeaseTicket[lockName=" + lockName + ", fencingToken=" + fencingToken + "]";
    }
}
