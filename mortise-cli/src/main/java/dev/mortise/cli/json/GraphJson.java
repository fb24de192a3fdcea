package dev.mortise.cli.json;

import dev.mortise.admin.WaitGraph;
import tools.jackson.core.JsonGenerator;

/** The wait-for graph. Owners are told by their ids, which are places in the list of owners. */
public final class GraphJson {
    private GraphJson() {}

    /** A line for a graph, with its roots and cycles. */
    public static void line(JsonLines lines, WaitGraph graph) {
        lines.line("waitGraph", json -> graph(json, graph));
    }

    private static void graph(JsonGenerator json, WaitGraph graph) {
        JsonLines.instant(json, "at", graph.at());
        json.writeBooleanProperty("isComplete", graph.isComplete());
        JsonLines.array(json, "owners", graph.owners(), GraphJson::owner);
        JsonLines.array(json, "locks", graph.locks(), GraphJson::lock);
        JsonLines.array(json, "holds", graph.holds(), GraphJson::hold);
        JsonLines.array(json, "waits", graph.waits(), GraphJson::wait);
        JsonLines.array(
                json,
                "roots",
                graph.roots(),
                (to, root) -> JsonLines.object(to, fields -> {
                    fields.writeNumberProperty("owner", root.owner().id());
                    fields.writeNumberProperty("blocks", root.blocks());
                }));
        JsonLines.array(json, "cycles", graph.cycles(), (to, cycle) -> {
            to.writeStartArray();
            cycle.forEach(owner -> to.writeNumber(owner.id()));
            to.writeEndArray();
        });
    }

    private static void owner(JsonGenerator json, WaitGraph.Node owner) {
        json.writeStartObject();
        json.writeNumberProperty("id", owner.id());
        json.writeStringProperty("owner", owner.owner());
        LockJson.client(json, "client", owner.client());
        json.writeEndObject();
    }

    private static void lock(JsonGenerator json, WaitGraph.Lock lock) {
        json.writeStartObject();
        json.writeStringProperty("name", lock.name());
        json.writeStringProperty("kind", lock.kind().name());
        json.writeNumberProperty("permits", lock.permits());
        json.writeEndObject();
    }

    private static void hold(JsonGenerator json, WaitGraph.Hold hold) {
        json.writeStartObject();
        json.writeNumberProperty("owner", hold.owner());
        json.writeStringProperty("lock", hold.lock());
        JsonLines.instant(json, "since", hold.since());
        json.writeNumberProperty("permits", hold.permits());
        json.writeNumberProperty("fencingToken", hold.fencingToken());
        json.writeStringProperty("label", hold.label());
        JsonLines.millis(json, "expiresInMillis", hold.expiresIn());
        json.writeEndObject();
    }

    private static void wait(JsonGenerator json, WaitGraph.Wait wait) {
        json.writeStartObject();
        json.writeNumberProperty("owner", wait.owner());
        json.writeStringProperty("lock", wait.lock());
        JsonLines.instant(json, "since", wait.since());
        json.writeNumberProperty("permits", wait.permits());
        json.writeNumberProperty("place", wait.place());
        json.writeBooleanProperty("isLocal", wait.isLocal());
        json.writeStringProperty("label", wait.label());
        json.writeEndObject();
    }
}
