package dev.mortise.cli.connect;

import java.time.Duration;

/**
 * What a command wants of its client.
 *
 * @param clientName shown to others, such as {@code mortise-ls}
 * @param lease of its locks; zero when it takes none
 * @param patience for how long a server that cannot be reached is tried again; zero: one try
 */
public record ClientUse(String clientName, Duration lease, Duration patience) {
    /** A client that looks and administers, and takes no lock itself. */
    public static ClientUse looking(String clientName) {
        return new ClientUse(clientName, Duration.ZERO, Duration.ZERO);
    }

    boolean takesNoLock() {
        return lease.isZero();
    }
}
