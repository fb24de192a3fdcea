package dev.mortise.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is remembered of leases that were told. */
class LongHoldsTest {
    private static final int MANY = 2_000;

    private final AtomicLong compared = new AtomicLong();

    /** Counts how often one is compared with another. */
    private final class Counted {
        private final int number;

        Counted(int number) {
            this.number = number;
        }

        @Override
        public boolean equals(Object other) {
            compared.incrementAndGet();
            return other instanceof Counted counted && counted.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    @Test
    void very_many_are_compared_no_more_than_a_few_times_each() {
        List<Counted> held = new ArrayList<>();
        Map<Counted, Long> told = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            held.add(new Counted(i));
            told.put(new Counted(i + MANY / 2), 1L);
        }
        LongHolds.keepOnly(held, told);
        assertThat(told).hasSize(MANY / 2);
        assertThat(compared.get()).isLessThan(4L * MANY);
    }
}
