package dev.mortise;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A client as it announces itself by its heartbeat.
 *
 * @param id the first characters of its id: enough to tell clients apart, not enough to act for one
 * @param host host name; empty when its heartbeat is not on record
 * @param pid process id; 0 when its heartbeat is not on record
 * @param name the name it was given; may be empty
 * @param version of the library; empty when its heartbeat is not on record
 * @param openSince when it was opened, by its own clock; empty when that is not on record
 */
public record ClientInfo(String id, String host, long pid, String name, String version, Optional<Instant> openSince) {
    /** Refuses null. */
    public ClientInfo {
        Objects.requireNonNull(openSince, "openSince");
    }

    /** Host, process and name in a few words. */
    public String describe() {
        String where = host.isEmpty() ? "client " + id : host + "/" + pid;
        return name.isEmpty() ? where : where + " (" + name + ")";
    }
}
