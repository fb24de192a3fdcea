package dev.mortise.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.queue.HandOffBudget.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HandOffBudgetTest {
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    /** Hand-offs while no other client waited cost no other client anything. */
    @Test
    void what_counts_begins_when_somebody_comes_to_wait_elsewhere() {
        HandOffBudget budget = new HandOffBudget(new HandOffBudget.Limits(64, 10 * MILLI), 0, 0);
        budget.answered(0, 0, 0);
        for (int i = 0; i < 100; i++) {
            budget.handedOn();
        }
        assertThat(budget.verdict(500 * MILLI)).isEqualTo(Verdict.HAND_ON);
        budget.contended(500 * MILLI);
        assertThat(budget.verdict(509 * MILLI)).isEqualTo(Verdict.HAND_ON);
        budget.contended(509 * MILLI);
        assertThat(budget.verdict(510 * MILLI)).isEqualTo(Verdict.STOP);
    }
}
