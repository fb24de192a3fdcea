package dev.mortise.internal.store;

import dev.mortise.ClientInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * What a client says of itself with each heartbeat.
 *
 * @param startedMillis when it was opened, ms since 1970 by its own clock; 0 = not said
 */
public record ClientRecord(String id, String host, long pid, String name, String version, long startedMillis) {
    /** So many characters of an id tell a client from others, for people. */
    private static final int SHOWN_OF_ID = 6;

    /** As it is shown to people; only by its id, when nothing else is known. */
    public static ClientInfo shown(String id, Optional<ClientRecord> client) {
        String shown = id.substring(0, Math.min(SHOWN_OF_ID, id.length()));
        return client.map(known ->
                        new ClientInfo(shown, known.host, known.pid, known.name, known.version, known.openSince()))
                .orElseGet(() -> new ClientInfo(shown, "", 0, "", "", Optional.empty()));
    }

    private Optional<Instant> openSince() {
        return startedMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(startedMillis));
    }
}
