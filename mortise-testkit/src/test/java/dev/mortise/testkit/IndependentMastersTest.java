package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IndependentMastersTest {
    @Test
    void masters_share_nothing_and_a_reset_brings_all_back_empty() {
        try (IndependentMasters masters = IndependentMasters.start(3)) {
            RedisProcess first = masters.nodes().get(0);
            first.command("SET", "k", "v");
            assertThat(masters.nodes().get(1).command("DBSIZE")).isEqualTo(0L);
            assertThat(masters.uris()).hasSize(3).doesNotHaveDuplicates();
            masters.nodes().get(1).kill();
            masters.nodes().get(2).pause();

            masters.reset();

            assertThat(masters.nodes())
                    .allSatisfy(node -> assertThat(node.command("DBSIZE")).isEqualTo(0L));
        }
    }

    @Test
    void closing_ends_all_of_them() {
        IndependentMasters masters = IndependentMasters.start(2);
        masters.close();
        assertThat(masters.nodes()).noneMatch(RedisProcess::isAlive);
    }
}
