package dev.mortise.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Lettuce reads, too, means the same here; where it reads too little, it is refused here. */
class RedisUrisLettuceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://h",
                "redis://h:7000/3",
                "redis://secret@h",
                "redis://:secret@h",
                "redis://user:sec%40%3A%2F%23%3F%25@h",
                "redis://user:a:b@h",
                "redis://h?database=4",
                "rediss://h?verifyPeer=CA",
                "redis://h?clientName=a",
                "redis-sentinel://h1:1,h2:2,h3/5#m",
                "redis-sentinel://:secret@h1?sentinelMasterId=m",
                "rediss-sentinel://user:secret@h1:1,h2:2?verifyPeer=NONE#m",
                "redis-socket:///run/redis.sock?database=2"
            })
    void it_means_what_lettuce_says(String text) {
        RedisURI ours = RedisUris.parse(List.of(text)).first();
        RedisURI theirs = RedisURI.create(text);
        assertThat(ours).isEqualTo(theirs);
        assertThat(ours).hasToString(theirs.toString());
        assertSameLogin(ours, theirs);
        assertThat(ours.isSsl()).isEqualTo(theirs.isSsl());
        assertThat(ours.getVerifyMode()).isEqualTo(theirs.getVerifyMode());
        assertThat(ours.getClientName()).isEqualTo(theirs.getClientName());
        assertThat(ours.getTimeout()).isEqualTo(theirs.getTimeout());
        for (int i = 0; i < theirs.getSentinels().size(); i++) {
            RedisURI our = ours.getSentinels().get(i);
            RedisURI their = theirs.getSentinels().get(i);
            assertSameLogin(our, their);
            assertThat(our.isSsl()).isEqualTo(their.isSsl());
            assertThat(our.getVerifyMode()).isEqualTo(their.getVerifyMode());
        }
    }

    @Test
    void lettuce_repeats_the_password_of_a_wrong_uri() {
        assertThatThrownBy(() -> RedisURI.create("redis://:secret word@h"))
                .rootCause()
                .hasMessageContaining("secret word");
    }

    @Test
    void lettuce_takes_a_master_parameter_for_nothing() {
        assertThat(RedisURI.create("redis://h:26379/4?master=leader").getSentinels())
                .isEmpty();
    }

    @Test
    void lettuce_cannot_copy_an_address_of_sentinels() {
        RedisURI uri = RedisUris.parse(List.of("redis-sentinel://h#m")).first();
        assertThatThrownBy(() -> RedisURI.builder(uri).build()).isInstanceOf(IllegalStateException.class);
    }

    private static void assertSameLogin(RedisURI one, RedisURI other) {
        RedisCredentials ours =
                one.getCredentialsProvider().resolveCredentials().block();
        RedisCredentials theirs =
                other.getCredentialsProvider().resolveCredentials().block();
        assertThat(ours.getUsername()).isEqualTo(theirs.getUsername());
        assertThat(ours.getPassword()).isEqualTo(theirs.getPassword());
    }
}
