package dev.mortise.benchmarks.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdsTest {
    @Test
    void a_lease_id_begins_with_the_22_characters_of_its_client() {
        assertThat(Ids.LISTENER).hasSize(22);
        assertThat(Ids.live(7)).isEqualTo(Ids.LISTENER + "7");
        assertThat(Ids.dead(99_999, 7)).hasSize(23).endsWith("7");
        assertThat(Ids.dead(1, 0).substring(0, 22)).isNotEqualTo(Ids.dead(2, 0).substring(0, 22));
    }
}
