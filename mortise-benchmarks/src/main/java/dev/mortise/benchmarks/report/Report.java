package dev.mortise.benchmarks.report;

import java.util.List;
import java.util.Map;

/** One run. */
public record Report(
        String date, Map<String, String> machine, Map<String, String> versions, int rounds, List<Answer> answers) {
    public Report {
        answers = List.copyOf(answers);
    }

    /**
     * The answer to one question.
     *
     * @throws IllegalArgumentException when it was not asked
     */
    public Answer answer(String question) {
        return answers.stream()
                .filter(answer -> answer.question().equals(question))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no answer to " + question));
    }
}
