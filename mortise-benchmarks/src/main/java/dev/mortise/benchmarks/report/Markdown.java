package dev.mortise.benchmarks.report;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A report for people. */
public final class Markdown {
    private final StringBuilder text = new StringBuilder();

    private Markdown() {}

    public static String of(Report report) {
        Markdown page = new Markdown();
        page.head(report);
        report.answers().forEach(page::answer);
        return page.text.toString();
    }

    private void head(Report report) {
        text.append("# Benchmarks, ").append(report.date()).append("\n\n");
        pairs(report.machine());
        pairs(report.versions());
        text.append(report.rounds())
                .append(
                        " rounds, contenders interleaved on one server: median (least–most). Compare within one table only.\n");
    }

    private void pairs(Map<String, String> pairs) {
        pairs.forEach((key, value) -> text.append(key).append(' ').append(value).append("; "));
        text.append("\n\n");
    }

    private void answer(Answer answer) {
        text.append("\n## ")
                .append(answer.question())
                .append("\n\n")
                .append(answer.how())
                .append("\n\n");
        Set<String> columns = new LinkedHashSet<>();
        answer.rows().forEach(row -> columns.addAll(row.values().keySet()));
        text.append("| | ").append(String.join(" | ", columns)).append(" |\n|---|");
        columns.forEach(column -> text.append("---|"));
        text.append('\n');
        for (Row row : answer.rows()) {
            text.append("| ").append(row.contender()).append(" |");
            for (String column : columns) {
                Spread value = row.values().get(column);
                text.append(' ').append(value == null ? "–" : value).append(" |");
            }
            text.append('\n');
        }
        text.append('\n');
        for (Goal target : answer.targets()) {
            text.append(String.format(
                    Locale.ROOT,
                    "- %s %s: %.2f, wanted %s: %s%n",
                    target.id(),
                    target.what(),
                    target.measured(),
                    target.wanted(),
                    target.met() ? "met" : "NOT MET"));
        }
    }
}
