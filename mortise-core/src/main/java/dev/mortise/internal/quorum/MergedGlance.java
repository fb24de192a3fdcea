package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The first holders and waiters as a majority has them on record. The nodes may have other waiters at the head, and of many
 * readers each may name others: those that too few name are left out. The numbers count all.
 */
final class MergedGlance {
    private MergedGlance() {}

    /** Null while the other nodes can still decide who holds it, or which place that waiter has. */
    static @Nullable Glance of(Quorum quorum, Answers<Glance> answers) {
        LockRecord record = MergedRecord.of(quorum, answers.map(Glance::record));
        List<Glance> given = answers.given().stream().map(Answers.Answer::value).toList();
        boolean agree = given.stream().mapToLong(Glance::place).distinct().count() <= 1;
        if (record == null || !agree && answers.open() > 0) {
            return null;
        }
        return new Glance(
                record,
                byMajority(quorum, given, Glance::used),
                Math.max(record.waiters().size(), byMajority(quorum, given, Glance::waiting)),
                byMajority(quorum, given, Glance::place));
    }

    /** The greatest number that a majority has at least. */
    private static long byMajority(Quorum quorum, List<Glance> given, ToLongFunction<Glance> number) {
        return given.stream()
                .map(number::applyAsLong)
                .sorted(Comparator.reverseOrder())
                .skip(quorum.majority() - 1L)
                .findFirst()
                .orElse(0L);
    }
}
