package dev.mortise.internal.quorum;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a majority has what was asked for.
 *
 * @param value what it has; empty if it has not
 */
record MajorityAnswer<T>(Optional<T> value) {
    /**
     * What the answers so far decide, null while the others can still decide it.
     *
     * @param merge makes one of those of a majority
     */
    static <T> @Nullable MajorityAnswer<T> of(Quorum quorum, Answers<Optional<T>> answers, Function<List<T>, T> merge) {
        int present = answers.count(Optional::isPresent);
        int absent = answers.answered() - present;
        if (present >= quorum.majority()) {
            List<T> votes = answers.given().stream()
                    .flatMap(answer -> answer.value().stream())
                    .toList();
            return new MajorityAnswer<>(Optional.of(merge.apply(votes)));
        }
        if (absent >= quorum.blocking()) {
            return new MajorityAnswer<>(Optional.empty());
        }
        if (answers.open() > 0) {
            return null;
        }
        throw answers.tooFew(present > 0);
    }
}
