package dev.mortise.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrisTest {
    @Test
    void all_parts_are_understood() {
        RedisURI uri = RedisUris.parse("rediss://user:secret@example.org:6380/3");
        assertThat(uri.getHost()).isEqualTo("example.org");
        assertThat(uri.getPort()).isEqualTo(6380);
        assertThat(uri.getDatabase()).isEqualTo(3);
        assertThat(uri.isSsl()).isTrue();
        assertThat(RedisUris.withoutSecrets(uri)).isEqualTo("rediss://example.org:6380/3");
    }

    @ParameterizedTest
    @CsvSource({
        "http://:secret@h, scheme",
        "redis://:secret@, host",
        "redis://:secret@h:0, port",
        "redis://:secret@h:70000, port",
        "redis://:secret@h/x, database",
        "redis://:sec ret@h, well-formed",
        "h:6379, scheme"
    })
    void a_wrong_part_is_named_and_no_secret_repeated(String uri, String part) {
        assertThatThrownBy(() -> RedisUris.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part)
                .hasNoCause()
                .message()
                .doesNotContain("secret", "sec ret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-sentinel://h:26379#mymaster", "redis-socket:///tmp/redis.sock"})
    void what_is_not_supported_yet_is_refused(String uri) {
        assertThatThrownBy(() -> RedisUris.parse(uri)).isInstanceOf(UnsupportedOperationException.class);
    }
}
