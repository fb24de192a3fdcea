package dev.mortise.internal.script;

import dev.mortise.internal.store.ClientRecord;
import java.util.List;

/** A client as the script of its heartbeat takes it: how long it counts as alive, then name and value of each field. */
final class ClientFields {
    private ClientFields() {}

    static List<String> of(ClientRecord client, long ttlMillis) {
        return List.of(
                Long.toString(ttlMillis),
                "host",
                client.host(),
                "pid",
                Long.toString(client.pid()),
                "name",
                client.name(),
                "version",
                client.version(),
                "started",
                Long.toString(client.startedMillis()));
    }
}
