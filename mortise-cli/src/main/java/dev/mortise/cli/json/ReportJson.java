package dev.mortise.cli.json;

import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.ForceReport;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.admin.StaleReport;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/** What administration has found and done. */
public final class ReportJson {
    private ReportJson() {}

    /** A line for a finding. */
    public static void line(JsonLines lines, Diagnosis.Finding finding) {
        lines.line("finding", json -> finding(json, finding));
    }

    /**
     * A line for a report.
     *
     * @param at the end of the round, by the clock of this host
     */
    public static void line(JsonLines lines, StaleReport report, Instant at) {
        lines.line("staleReport", json -> stale(json, report, at));
    }

    /** A line for a hold that was to end. */
    public static void line(JsonLines lines, ForcedRelease done) {
        lines.line("forcedRelease", json -> forced(json, done));
    }

    /** A line for a lock in a dry run. */
    public static void line(JsonLines lines, ForceReport.Forced lock) {
        lines.line("wouldForce", json -> wouldForce(json, lock));
    }

    private static void finding(JsonGenerator json, Diagnosis.Finding finding) {
        json.writeStringProperty("severity", finding.severity().name());
        json.writeStringProperty("code", finding.code());
        json.writeStringProperty("server", finding.server());
        json.writeStringProperty("what", finding.what());
        json.writeStringProperty("advice", finding.advice());
    }

    private static void stale(JsonGenerator json, StaleReport report, Instant at) {
        JsonLines.instant(json, "at", at);
        json.writeBooleanProperty("dryRun", report.dryRun());
        json.writeBooleanProperty("isComplete", report.isComplete());
        json.writeNumberProperty("locks", report.locks());
        json.writeNumberProperty("found", report.found());
        json.writeNumberProperty("removed", report.removed());
        JsonLines.array(json, "items", report.items(), ReportJson::item);
        JsonLines.array(json, "problems", report.problems(), JsonGenerator::writeString);
    }

    private static void item(JsonGenerator json, StaleReport.Item item) {
        json.writeStartObject();
        json.writeStringProperty("kind", item.kind().name());
        json.writeStringProperty("lockName", item.lockName());
        if (item.client().isPresent()) {
            LockJson.client(json, "client", item.client().get());
        } else {
            json.writeNullProperty("client");
        }
        json.writeStringProperty("owner", item.owner());
        json.writeStringProperty("label", item.label());
        JsonLines.instant(json, "since", item.since().orElse(null));
        json.writeStringProperty("outcome", item.outcome().name());
        json.writeEndObject();
    }

    private static void forced(JsonGenerator json, ForcedRelease done) {
        json.writeStringProperty("lockName", done.lockName());
        json.writeNumberProperty("fencingToken", done.fencingToken());
        json.writeBooleanProperty("isEnded", done.isEnded());
        if (done.ended().isPresent()) {
            json.writeName("ended");
            LockJson.holder(json, done.ended().get());
        } else {
            json.writeNullProperty("ended");
        }
        LockJson.holders(json, "holders", done.holders());
    }

    private static void wouldForce(JsonGenerator json, ForceReport.Forced lock) {
        json.writeStringProperty("lockName", lock.lockName());
        LockJson.holders(json, "holders", lock.holders());
    }
}
