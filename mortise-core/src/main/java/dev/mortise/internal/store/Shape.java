package dev.mortise.internal.store;

import dev.mortise.LockKind;

/**
 * What a name is used as. Two users of one name must agree on it.
 *
 * @param quorum whether the server is one node of a quorum, and its grants are votes
 */
public record Shape(LockKind kind, long capacity, boolean quorum) {
    /** As many permits as there can be: a reader takes one of them, a writer all. */
    public static final long MAX = 1_000_000_000L;

    /** One permit. */
    public static final Shape MUTEX = new Shape(LockKind.MUTEX, 1);

    /** Many readers or one writer. */
    public static final Shape READ_WRITE = new Shape(LockKind.READ_WRITE, MAX);

    private static final String FORMAT = "1";
    private static final String QUORUM_FORMAT = "2";

    /** Checks the capacity. */
    public Shape {
        if (capacity < 1 || capacity > MAX) {
            throw new IllegalArgumentException("capacity must be from 1 to " + MAX + ", was " + capacity);
        }
    }

    /** Of a lock of one authority. */
    public Shape(LockKind kind, long capacity) {
        this(kind, capacity, false);
    }

    /** The same on a node of a quorum. */
    public Shape inQuorum() {
        return new Shape(kind, capacity, true);
    }

    /** Format, kind and capacity, as stored. */
    public String encode() {
        return (quorum ? QUORUM_FORMAT : FORMAT) + ":"
                + switch (kind) {
                    case MUTEX -> "m";
                    case READ_WRITE -> "rw";
                    case SEMAPHORE -> "s";
                }
                + ":" + capacity;
    }

    /** Reads what {@link #encode} wrote. */
    public static Shape decode(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || !parts[0].equals(FORMAT) && !parts[0].equals(QUORUM_FORMAT)) {
            throw new IllegalArgumentException("stored in a format this version does not know: " + text);
        }
        LockKind kind = switch (parts[1]) {
            case "m" -> LockKind.MUTEX;
            case "rw" -> LockKind.READ_WRITE;
            case "s" -> LockKind.SEMAPHORE;
            default -> throw new IllegalArgumentException("unknown kind of lock: " + text);
        };
        return new Shape(kind, Long.parseLong(parts[2]), parts[0].equals(QUORUM_FORMAT));
    }
}
