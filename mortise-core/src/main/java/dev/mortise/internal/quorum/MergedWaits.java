package dev.mortise.internal.quorum;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.Waits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The register of waits as a majority of nodes has it: a record counts if that many have the same version of it. So one that
 * was taken back at a majority does not, wherever else it still stands.
 */
final class MergedWaits {
    private MergedWaits() {}

    static @Nullable Waits of(Quorum quorum, Answers<Waits> answers) {
        if (answers.open() > 0) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(false);
        }
        Map<WaitRecord, Integer> known = new LinkedHashMap<>();
        boolean isComplete = true;
        for (Answers.Answer<Waits> answer : answers.given()) {
            isComplete &= answer.value().isComplete();
            answer.value().records().forEach(record -> known.merge(record, 1, Integer::sum));
        }
        known.values().removeIf(nodes -> nodes < quorum.majority());
        return new Waits(List.copyOf(known.keySet()), isComplete);
    }
}
