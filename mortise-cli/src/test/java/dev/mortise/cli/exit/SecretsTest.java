package dev.mortise.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:geheim@host:1",
                "REDISS://user:geheim@host",
                "redis-sentinel://geheim@a,b",
                "at redis://:geh@eim@host and redis://x:geheim@y",
                "redis://:geheim/with?odd#things@host",
                "'redis://[[geheim@host'"
            })
    void no_password_of_any_uri_is_left(String text) {
        assertThat(Secrets.hide(text))
                .doesNotContain("geh")
                .doesNotContain("eim")
                .contains("***@");
    }

    @Test
    void no_password_of_sentinels_is_left() {
        assertThat(
                        Secrets.hide(
                                "redis://a,b?master=m&SentinelPassword=ge%40heim&db=1 redis-sentinel://a?sentinelPassword=ge#m"))
                .isEqualTo("redis://a,b?master=m&SentinelPassword=***&db=1 redis-sentinel://a?sentinelPassword=***#m");
    }

    @Test
    void everything_else_is_left_as_it_is() {
        String text = "uri must look like redis://[[user]:password@]host, was redis://host:1; mail a@b";
        assertThat(Secrets.hide(text)).isEqualTo(text);
    }

    @Test
    void an_error_line_and_a_trace_hide_it() {
        Exception failure = new IllegalStateException("no redis://:geheim@host", new Exception("redis://:geheim@h"));
        assertThat(FailureReport.line("mortise", failure))
                .doesNotContain("geheim")
                .contains("***@host");
        assertThat(FailureReport.trace(failure)).doesNotContain("geheim").contains("***@h");
    }
}
