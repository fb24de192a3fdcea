package dev.mortise.faults.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A summary as text. */
public final class Page {
    private static final int SHOWN = 20;
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Page() {}

    /** For people. */
    public static String markdown(Summary summary) {
        StringBuilder text =
                new StringBuilder("# Faults, ").append(summary.date()).append("\n\n");
        text.append(summary.passed() ? "Passed" : "FAILED")
                .append(". ")
                .append(summary.deployment())
                .append(summary.localHandOff() ? ", local hand-off" : "")
                .append(". Seed ")
                .append(summary.seed())
                .append(", ")
                .append(summary.seconds())
                .append(" s, ")
                .append(summary.workers())
                .append(" workers, leases of ")
                .append(summary.leaseMillis())
                .append(" ms.\n\n");
        text.append("| what | how often |\n|---|---|\n");
        text.append("| hold | ").append(summary.holds()).append(" |\n");
        text.append("| hold after standing in the queue | ")
                .append(summary.queued())
                .append(" |\n");
        text.append("| hold over, or its process killed, as it began | ")
                .append(summary.neverValid())
                .append(" |\n");
        rows(text, "hold, then ", summary.outcomes());
        rows(text, "no grant: ", summary.misses());
        rows(text, "fault: ", summary.faults());
        text.append("| update lost by the unfenced counters | ")
                .append(summary.lostUpdatesUnfenced())
                .append(" |\n\n");
        for (Verdict verdict : summary.verdicts()) {
            text.append(markdown(verdict));
        }
        summary.disorders().stream()
                .limit(SHOWN)
                .forEach(
                        disorder -> text.append("- DISORDER: ").append(disorder).append('\n'));
        return text.toString();
    }

    /** What one checker found, for people. */
    public static String markdown(Verdict verdict) {
        List<String> violations = verdict.violations();
        return "- " + verdict.rule() + ": " + (violations.isEmpty() ? "holds" : violations.size() + " VIOLATIONS")
                + "\n"
                + violations.stream()
                        .limit(SHOWN)
                        .map(violation -> "  - " + violation + "\n")
                        .collect(Collectors.joining());
    }

    /** For programs. */
    public static String json(Summary summary) {
        try {
            return MAPPER.writeValueAsString(summary);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void rows(StringBuilder text, String what, Map<String, Long> counts) {
        text.append(counts.entrySet().stream()
                .map(count -> "| " + what + count.getKey() + " | " + count.getValue() + " |\n")
                .collect(Collectors.joining()));
    }
}
