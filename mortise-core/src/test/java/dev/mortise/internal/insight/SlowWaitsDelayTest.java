package dev.mortise.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Clients whose waits began together are spread over the time, each at a place of its own. */
final class SlowWaitsDelayTest {
    private static final long BOUND = 1_000_000;
    private static final int CLIENTS = 2_000;

    @Test
    void clients_are_spread_over_all_of_it() {
        int[] parts = new int[8];
        for (int i = 0; i < CLIENTS; i++) {
            long delay = SlowWaits.delayNanos("client" + String.format(Locale.ROOT, "%016d", i), BOUND);
            assertThat(delay).isBetween(0L, BOUND);
            parts[(int) Math.min(7, 8 * delay / BOUND)]++;
        }
        assertThat(Arrays.stream(parts)).allMatch(clients -> clients > CLIENTS / 16 && clients < CLIENTS / 4);
    }

    @Test
    void a_client_has_the_same_each_time() {
        assertThat(SlowWaits.delayNanos("one", BOUND)).isEqualTo(SlowWaits.delayNanos("one", BOUND));
        assertThat(SlowWaits.delayNanos("one", BOUND)).isNotEqualTo(SlowWaits.delayNanos("two", BOUND));
        assertThat(SlowWaits.delayNanos("one", 0)).isZero();
    }
}
