package dev.mortise.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    private final Keys keys = new Keys("mortise");

    @Test
    void a_plain_name_is_its_own_hash_tag() {
        assertThat(keys.lock("orders-42.a_b/c")).isEqualTo("mortise:{orders-42.a_b/c}");
    }

    @Test
    void what_could_change_a_slot_or_a_pattern_is_encoded() {
        assertThat(keys.lock("a{b}c*%: ü")).isEqualTo("mortise:{a%7Bb%7Dc%2A%25%3A%20%C3%BC}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b", "{}", "%41", "100%", "ü-ß-漢-😀", "::", "a\u00a0b"})
    void names_survive_encoding(String name) {
        assertThat(Keys.decode(Keys.encode(name))).isEqualTo(name);
    }

    @Test
    void two_names_never_share_a_key() {
        assertThat(keys.lock("%41")).isNotEqualTo(keys.lock("A"));
        assertThat(keys.lock("a:b")).isNotEqualTo(keys.lock("a%3Ab"));
    }

    @Test
    void a_broken_escape_is_refused() {
        assertThatThrownBy(() -> Keys.decode("a%4")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Keys.decode("a%zz")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a{b}", "a*", "ü", "a\tb"})
    void a_prefix_that_could_change_a_slot_or_a_pattern_is_refused(String prefix) {
        assertThatThrownBy(() -> new Keys(prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keyPrefix");
    }
}
