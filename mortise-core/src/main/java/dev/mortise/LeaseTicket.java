package dev.mortise;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;

/**
 * A detached lease on its way to the client that {@linkplain Mortise#adopt adopts} it. Void once adopted. It is a
 * capability: it is enough to take the lock. Keep it out of logs; {@link #toString()} leaves the lease id out.
 *
 * @param lockName the lock
 * @param leaseId the lease
 * @param fencingToken its token, which stays the same
 * @param adoption how often the lease was adopted before; makes a used ticket void
 * @param lease the lifetime it is renewed by; zero for a lease without expiry
 * @param renewal whether the adopter renews it
 * @param kind what the name is used as
 * @param capacity how many permits the lock has in all
 * @param permits how many the lease holds
 * @param inDoubt whether a request for the lease got no answer and may still arrive at the server
 */
public record LeaseTicket(
        String lockName,
        String leaseId,
        long fencingToken,
        int adoption,
        Duration lease,
        Renewal renewal,
        LockKind kind,
        long capacity,
        long permits,
        boolean inDoubt) {
    private static final String VERSION = "mt3";
    private static final int PARTS = 11;

    /** Without {@link #inDoubt}. */
    private static final String SECOND_VERSION = "mt2";

    private static final int SECOND_PARTS = 10;

    /** Of leases of a mutex only. */
    private static final String FIRST_VERSION = "mt1";

    private static final int FIRST_PARTS = 7;

    /** Servers count tokens as floating-point numbers, which are exact up to here. */
    private static final long LARGEST_TOKEN = 1L << 53;

    /** Checks the parts. */
    public LeaseTicket {
        Objects.requireNonNull(lockName, "lockName");
        Objects.requireNonNull(leaseId, "leaseId");
        Objects.requireNonNull(lease, "lease");
        Objects.requireNonNull(renewal, "renewal");
        Objects.requireNonNull(kind, "kind");
        boolean whole = !leaseId.isEmpty()
                && fencingToken >= 1
                && fencingToken < LARGEST_TOKEN
                && adoption >= 0
                && adoption < Integer.MAX_VALUE
                && !lease.isNegative()
                && lease.compareTo(AcquireOptions.MAX_DURATION) <= 0;
        if (!whole || permits < 1 || permits > capacity || capacity > 1_000_000_000) {
            throw new IllegalArgumentException("not a lease ticket");
        }
    }

    /** Not in doubt. */
    public LeaseTicket(
            String lockName,
            String leaseId,
            long fencingToken,
            int adoption,
            Duration lease,
            Renewal renewal,
            LockKind kind,
            long capacity,
            long permits) {
        this(lockName, leaseId, fencingToken, adoption, lease, renewal, kind, capacity, permits, false);
    }

    /** Of a mutex. */
    public LeaseTicket(
            String lockName, String leaseId, long fencingToken, int adoption, Duration lease, Renewal renewal) {
        this(lockName, leaseId, fencingToken, adoption, lease, renewal, LockKind.MUTEX, 1, 1);
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
                renewal.name(),
                kind.name(),
                Long.toString(capacity),
                Long.toString(permits),
                inDoubt ? "1" : "0");
    }

    /**
     * Reads what {@link #encode} wrote, here or in an earlier version.
     *
     * @throws IllegalArgumentException when it is anything else; the message does not repeat the text
     */
    public static LeaseTicket decode(String text) {
        String[] parts = Objects.requireNonNull(text, "text").split("\\.", -1);
        boolean current = parts[0].equals(VERSION) && parts.length == PARTS;
        boolean second = parts[0].equals(SECOND_VERSION) && parts.length == SECOND_PARTS;
        boolean first = parts[0].equals(FIRST_VERSION) && parts.length == FIRST_PARTS;
        if (!current && !second && !first) {
            throw new IllegalArgumentException("not a lease ticket: expected " + VERSION + " and eleven parts");
        }
        try {
            return new LeaseTicket(
                    new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8),
                    parts[2],
                    Long.parseLong(parts[3]),
                    Integer.parseInt(parts[4]),
                    Duration.ofMillis(Long.parseLong(parts[5])),
                    Renewal.valueOf(parts[6]),
                    first ? LockKind.MUTEX : LockKind.valueOf(parts[7]),
                    first ? 1 : Long.parseLong(parts[8]),
                    first ? 1 : Long.parseLong(parts[9]),
                    current && bit(parts[10]));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a lease ticket: damaged");
        }
    }

    private static boolean bit(String text) {
        if (!text.equals("0") && !text.equals("1")) {
            throw new IllegalArgumentException("neither 0 nor 1");
        }
        return text.equals("1");
    }

    @Override
    public String toString() {
        return "LeaseTicket[lockName=" + lockName + ", fencingToken=" + fencingToken + "]";
    }
}
