package dev.mortise.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.ClientStatus.Deployment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BenchHintsTest {
    @Test
    void figures_are_those_of_the_samples_themselves() {
        LatencySamples samples = new LatencySamples();
        assertThatThrownBy(samples::figures).isInstanceOf(IllegalStateException.class);
        for (int i = 10_000; i > 0; i--) {
            samples.add(i * 1_000L);
        }
        LatencyFigures figures = samples.figures();
        assertThat(figures.count()).isEqualTo(10_000);
        assertThat(figures.p50()).isEqualTo(micros(5_000));
        assertThat(figures.p99()).isEqualTo(micros(9_900));
        assertThat(figures.max()).isEqualTo(micros(10_000));
        assertThat(figures.perSecond()).isBetween(199.0, 200.0);
    }

    @Test
    void one_sample_is_enough() {
        LatencySamples samples = new LatencySamples();
        samples.add(7_000);
        assertThat(samples.figures()).isEqualTo(new LatencyFigures(1, micros(7), micros(7), micros(7), 1e9 / 7_000));
    }

    @Test
    void what_is_normal_needs_no_hint() {
        assertThat(BenchHints.of(result(Deployment.STANDALONE, 100, 300, 220, 250)))
                .isEmpty();
        assertThat(BenchHints.of(result(Deployment.CLUSTER, 1_000, 3_000, 2_200, 1_500)))
                .isEmpty();
        assertThat(result(Deployment.STANDALONE, 100, 300, 220, 250).distance()).isEqualTo(Distance.LOOPBACK);
        assertThat(result(Deployment.STANDALONE, 900, 3000, 2200, 1250).distance())
                .isEqualTo(Distance.SAME_ZONE);
    }

    @Test
    void what_is_far_off_has_one_that_says_where_to_look() {
        assertThat(BenchHints.of(result(Deployment.STANDALONE, 100, 40_000, 220, 250)))
                .singleElement()
                .asString()
                .contains("One answer of a hundred takes 40 ms", "mortise doctor");
        assertThat(BenchHints.of(result(Deployment.STANDALONE, 100, 300, 9_000, 250)))
                .singleElement()
                .asString()
                .contains("A cycle takes 9.0 ms", "appendfsync");
        assertThat(BenchHints.of(result(Deployment.STANDALONE, 100, 300, 220, 4_000_000)))
                .singleElement()
                .asString()
                .contains("A hand-off takes 4000.0 ms", "Pub/Sub");
        assertThat(BenchHints.of(result(Deployment.STANDALONE, 80_000, 90_000, 160_000, 90_000)))
                .singleElement()
                .asString()
                .contains("An answer takes 80 ms");
    }

    @Test
    void on_a_busy_machine_nothing_else_is_said() {
        assertThat(BenchHints.of(result(Deployment.STANDALONE, 8, 4_000, 90_000, 9_000, 90_000)))
                .singleElement()
                .asString()
                .contains("This machine is busy: 8.0 processes");
    }

    @Test
    void waiters_of_a_quorum_try_for_themselves() {
        assertThat(BenchHints.of(result(Deployment.QUORUM, 100, 300, 220, 9_000)))
                .isEmpty();
    }

    private static BenchResult result(Deployment deployment, long trip, long slowTrip, long cycle, long handOff) {
        return result(deployment, 0.5, trip, slowTrip, cycle, handOff);
    }

    private static BenchResult result(
            Deployment deployment, double load, long trip, long slowTrip, long cycle, long handOff) {
        return new BenchResult(
                deployment, load, figures(trip, slowTrip), figures(cycle, 2 * cycle), figures(handOff, 2 * handOff));
    }

    private static LatencyFigures figures(long p50, long p99) {
        return new LatencyFigures(1_000, micros(p50), micros(p99), micros(2 * p99), 1e6 / p50);
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(1_000 * micros);
    }
}
