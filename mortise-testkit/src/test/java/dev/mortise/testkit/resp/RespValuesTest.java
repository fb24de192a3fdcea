package dev.mortise.testkit.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RespValuesTest {
    @Test
    void simple_values_become_java_values() {
        assertThat(decode("+OK\r\n")).isEqualTo("OK");
        assertThat(decode(":42\r\n")).isEqualTo(42L);
        assertThat(decode("$3\r\nä!\r\n")).isEqualTo("ä!");
        assertThat(decode("=6\r\ntxt:ab\r\n")).isEqualTo("ab");
        assertThat(decode(",-inf\r\n")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(decode("#f\r\n")).isEqualTo(false);
        assertThat(decode("(12345678901234567890\r\n")).isEqualTo(new BigInteger("12345678901234567890"));
    }

    @Test
    void every_null_is_null() {
        assertThat(decode("$-1\r\n")).isNull();
        assertThat(decode("*-1\r\n")).isNull();
        assertThat(decode("_\r\n")).isNull();
    }

    @Test
    void aggregates_nest() {
        assertThat(decode("*3\r\n:1\r\n$-1\r\n~1\r\n+a\r\n")).isEqualTo(Arrays.asList(1L, null, List.of("a")));
        assertThat(decode("%1\r\n+k\r\n*1\r\n:2\r\n")).isEqualTo(Map.of("k", List.of(2L)));
        assertThat(decode("|1\r\n+ttl\r\n:3\r\n+value\r\n")).isEqualTo("value");
    }

    @Test
    void an_error_is_a_value_with_a_code() {
        assertThat(decode("-NOSCRIPT No matching script.\r\n"))
                .isInstanceOfSatisfying(
                        RespErrorException.class, e -> assertThat(e.code()).isEqualTo("NOSCRIPT"));
        assertThat(decode("!3\r\nERR\r\n"))
                .isInstanceOfSatisfying(
                        RespErrorException.class, e -> assertThat(e.code()).isEqualTo("ERR"));
    }

    @Test
    void a_request_is_an_array_of_bulk_strings() {
        assertThat(new String(RespClient.encode("SET", "k", "ä"), StandardCharsets.UTF_8))
                .isEqualTo("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nä\r\n");
        assertThat(RespValues.decode(RespClient.encode("SET", "k", "ä"))).isEqualTo(List.of("SET", "k", "ä"));
    }

    private static @Nullable Object decode(String text) {
        return RespValues.decode(text.getBytes(StandardCharsets.UTF_8));
    }
}
