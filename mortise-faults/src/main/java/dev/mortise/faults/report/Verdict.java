package dev.mortise.faults.report;

import dev.mortise.faults.check.Checker;
import dev.mortise.faults.check.History;
import java.util.List;

/** What one checker found. */
public record Verdict(String rule, List<String> violations) {
    public static List<Verdict> of(History history) {
        return Checker.all().stream()
                .map(checker -> new Verdict(checker.rule(), checker.violations(history)))
                .toList();
    }
}
