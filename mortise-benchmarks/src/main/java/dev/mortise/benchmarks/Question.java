package dev.mortise.benchmarks;

import dev.mortise.benchmarks.report.Answer;
import java.util.function.Consumer;

/** One question about cost. */
public interface Question {
    /**
     * Measures. Blocks for as long as it takes.
     *
     * @param progress a line now and then
     */
    Answer ask(Scale scale, Consumer<String> progress) throws Exception;
}
