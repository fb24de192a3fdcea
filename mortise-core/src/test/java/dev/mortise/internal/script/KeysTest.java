package dev.mortise.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.internal.store.Glob;
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

    /** A client of the prefix "mortise:client" has its heartbeat there. */
    @Test
    void a_heartbeat_of_a_longer_prefix_is_not_an_own_one() {
        assertThat(keys.clientOf(keys.client("me"))).contains("me");
        assertThat(keys.clientOf(new Keys("mortise:client").client("it"))).isEmpty();
        assertThat(keys.clientOf(new Keys("mortise:other").client("it"))).isEmpty();
        assertThat(keys.clientOf(new Keys("mort").client("it"))).isEmpty();
        assertThat(keys.clientOf(keys.client(""))).isEmpty();
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

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b", "{}", "}", "%41", "100%", "ü-ß-漢-😀", "::", "a*?[b]\\"})
    void the_lock_is_known_by_its_key(String name) {
        assertThat(keys.lockOf(keys.lock(name))).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mortise:{}",
                "mortise:meta",
                "mortise:waits",
                "mortise:client:x",
                "mortise:{a",
                "mortise:{a}b",
                "mortise:{a b}",
                "mortise:{a%2}",
                "mortise:{%41}",
                "mortise:{%c3%bc}",
                "mortise:{%FF}",
                "other:{a}",
                "x:mortise:{a}"
            })
    void other_keys_are_those_of_no_lock(String key) {
        assertThat(keys.lockOf(key)).isEmpty();
    }

    @Test
    void a_pattern_of_names_becomes_one_of_keys_with_one_star() {
        assertThat(keys.locks(Glob.of("*"))).isEqualTo("mortise:{*}");
        assertThat(keys.locks(Glob.of("orders:*-?x*y"))).isEqualTo("mortise:{orders%3A*y}");
        assertThat(keys.locks(Glob.of("ü?"))).isEqualTo("mortise:{%C3%BC*}");
        assertThat(keys.locks(Glob.of("a[b]\\"))).isEqualTo("mortise:{a\\[b\\]\\\\}");
    }

    @Test
    void the_client_is_known_by_its_key() {
        assertThat(keys.clientOf(keys.client("x-1_Z"))).contains("x-1_Z");
        assertThat(keys.clientOf("mortise:client:")).isEmpty();
        assertThat(keys.clientOf("mortise:{client:x}")).isEmpty();
    }
}
