package dev.mortise.cli.json;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Locks and clients. */
public final class LockJson {
    private LockJson() {}

    /** A line for a lock. */
    public static void line(JsonLines lines, LockInfo info) {
        lines.line("lock", json -> lock(json, info));
    }

    /** A line for a client. */
    public static void line(JsonLines lines, ClientInfo info) {
        lines.line("client", json -> client(json, info));
    }

    private static void lock(JsonGenerator json, LockInfo info) {
        json.writeStringProperty("name", info.name());
        json.writeStringProperty("kind", info.kind().name());
        json.writeNumberProperty("permits", info.permits());
        json.writeNumberProperty("used", info.used());
        holders(json, "holders", info.holders());
        JsonLines.array(json, "waiters", info.waiters(), LockJson::waiter);
        json.writeNumberProperty("lastFencingToken", info.lastFencingToken());
    }

    static void holders(JsonGenerator json, String name, List<LockInfo.Holder> holders) {
        JsonLines.array(json, name, holders, LockJson::holder);
    }

    /** An object. */
    static void holder(JsonGenerator json, LockInfo.Holder holder) {
        json.writeStartObject();
        json.writeStringProperty("owner", holder.owner());
        client(json, "client", holder.client());
        json.writeStringProperty("label", holder.label());
        JsonLines.instant(json, "since", holder.since());
        JsonLines.millis(json, "expiresInMillis", holder.expiresIn());
        json.writeNumberProperty("fencingToken", holder.fencingToken());
        json.writeNumberProperty("permits", holder.permits());
        json.writeEndObject();
    }

    private static void waiter(JsonGenerator json, LockInfo.Waiter waiter) {
        json.writeStartObject();
        json.writeNumberProperty("place", waiter.place());
        json.writeStringProperty("owner", waiter.owner());
        client(json, "client", waiter.client());
        json.writeStringProperty("label", waiter.label());
        JsonLines.instant(json, "since", waiter.since());
        json.writeNumberProperty("permits", waiter.permits());
        json.writeEndObject();
    }

    static void client(JsonGenerator json, String name, ClientInfo info) {
        json.writeObjectPropertyStart(name);
        client(json, info);
        json.writeEndObject();
    }

    private static void client(JsonGenerator json, ClientInfo info) {
        json.writeStringProperty("id", info.id());
        json.writeStringProperty("host", info.host());
        json.writeNumberProperty("pid", info.pid());
        json.writeStringProperty("name", info.name());
        json.writeStringProperty("version", info.version());
        JsonLines.instant(json, "openSince", info.openSince().orElse(null));
    }
}
