package dev.mortise.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.mortise.redis.RedisAddress.Kind;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrisTest {
    @Test
    void all_parts_are_understood() {
        RedisURI uri = RedisUris.parse("rediss://user:secret@example.org:6380/3?clientName=billing/7&verifyPeer=ca");
        assertThat(uri.getHost()).isEqualTo("example.org");
        assertThat(uri.getPort()).isEqualTo(6380);
        assertThat(uri.getDatabase()).isEqualTo(3);
        assertThat(uri.isSsl()).isTrue();
        assertThat(uri.isStartTls()).isFalse();
        assertThat(uri.getVerifyMode()).isEqualTo(SslVerifyMode.CA);
        assertThat(uri.getClientName()).isEqualTo("billing/7");
        assertThat(uri.getTimeout()).isEqualTo(RedisURI.DEFAULT_TIMEOUT_DURATION);
        assertThat(RedisUris.withoutSecrets(uri)).isEqualTo("rediss://example.org:6380/3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            redis://h                                             | STANDALONE | redis://h:6379/0
            REDIS://h                                             | STANDALONE | redis://h:6379/0
            redis://h/                                            | STANDALONE | redis://h:6379/0
            redis://h?                                            | STANDALONE | redis://h:6379/0
            redis://h:6380/15                                     | STANDALONE | redis://h:6380/15
            redis://h?db=2                                        | STANDALONE | redis://h:6379/2
            redis://h/?DATABASE=2                                 | STANDALONE | redis://h:6379/2
            redis://secret@h                                      | STANDALONE | redis://h:6379/0
            redis://:secret@h                                     | STANDALONE | redis://h:6379/0
            redis://my_redis-1.example.org.                       | STANDALONE | redis://my_redis-1.example.org.:6379/0
            redis://127.0.0.1:7000                                | STANDALONE | redis://127.0.0.1:7000/0
            redis://[::1]                                         | STANDALONE | redis://[::1]:6379/0
            redis://u:secret@[2001:db8::1]:7000/1                 | STANDALONE | redis://[2001:db8::1]:7000/1
            redis://[::ffff:10.0.0.1]:7000                        | STANDALONE | redis://[::ffff:10.0.0.1]:7000/0
            rediss://h                                            | STANDALONE | rediss://h:6379/0
            redis://h?minsize=1&maxsize=100&encoding=utf-8        | STANDALONE | redis://h:6379/0
            redis-socket:///run/redis.sock                        | STANDALONE | redis-socket:///run/redis.sock?database=0
            redis-socket://:secret@/run/a%20%40b?database=4       | STANDALONE | redis-socket:///run/a @b?database=4
            redis-sentinel://h#main                               | SENTINEL   | redis-sentinel://h:26379/0#main
            redis-sentinel://h1:26380,h2,[::1]:26381/2#my-main.1  | SENTINEL   | redis-sentinel://h1:26380,h2:26379,[::1]:26381/2#my-main.1
            rediss-sentinel://u:secret@h1,h2?sentinelMasterId=m   | SENTINEL   | rediss-sentinel://h1:26379,h2:26379/0#m
            redis-sentinel://h1,h2?master=m&database=3            | SENTINEL   | redis-sentinel://h1:26379,h2:26379/3#m
            redis://h:26380/4?master=leader                       | SENTINEL   | redis-sentinel://h:26380/4#leader
            redis://h1,h2?master=leader                           | SENTINEL   | redis-sentinel://h1:26379,h2:26379/0#leader
            rediss://:secret@h/4?encoding=utf-8&master=leader&minsize=1&maxsize=9 | SENTINEL | rediss-sentinel://h:26379/4#leader
            """)
    void good_forms(String text, Kind kind, String described) {
        RedisAddress address = RedisUris.parse(List.of(text));
        assertThat(address.kind()).isEqualTo(kind);
        assertThat(address.uris()).hasSize(1);
        assertThat(address.withoutSecrets()).isEqualTo(described);
        assertThat(address).hasToString(kind + " " + described);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            ''                                    | scheme
            h:6379                                | scheme
            ://h                                  | scheme
            http://:secret@h                      | scheme
            secret://h                            | scheme
            redis:h                               | scheme
            redis://:sec ret@h                    | characters
            'redis://:secret@h '                  | characters
            redis://@h                            | user info
            redis://:@h                           | user info
            redis://secret:@h                     | user info
            redis://:sec@ret@h                    | user info
            redis://:sec#ret@h                    | user info
            redis://:sec/ret@h                    | user info
            redis://:sec?ret@h                    | user info
            redis://secret:12/ret@h               | user info
            redis://:secret%@h                    | user info
            redis://:secret%4@h                   | user info
            redis://:secret%zz@h                  | user info
            redis://:secret%ff@h                  | user info
            redis://secret%2:p@h                  | user info
            redis-sentinel://:sec#ret@h#m         | user info
            redis://:secret@h?clientName=a@b      | user info
            redis://                              | host
            redis:///0                            | host
            redis://:secret@                      | host
            redis://:secret@:6379                 | host
            redis://:secret@h1,h2                 | host
            redis://secret..h                     | host
            redis://-secret                       | host
            redis://sec%20ret                     | host
            redis://1.2.3.256                     | host
            redis://6379                          | host
            redis://::1                           | host
            redis://[::1                          | host
            redis://[1::2::3]                     | host
            redis://[secret]                      | host
            redis-sentinel://h1,,h2#m             | host
            redis-sentinel://#m                   | host
            redis-socket://secret/run/redis.sock  | host
            redis://:secret@h:                    | port
            redis://:secret@h:0                   | port
            redis://:secret@h:70000               | port
            redis://user:secret                   | port
            redis://h:-1                          | port
            redis://[::1]:secret                  | port
            redis-sentinel://h1,h2:secret#m       | port
            redis-socket://                       | path
            redis-socket:///                      | path
            redis-socket:///run/                  | path
            redis-socket:///run/%zz               | path
            redis://:secret@h/secret              | database
            redis://h/1/2                         | database
            redis://h/-1                          | database
            redis://h/999999                      | database
            redis://h/1?database=1                | database
            redis://h?database=secret             | parameter database
            redis://h?db=1&database=1             | parameter database
            redis://h?secret=1                    | parameter 1
            redis://h?db=1&secret                 | parameter 2
            redis://h?db=1&                       | parameter 2
            redis://h?clientName=                 | parameter clientName
            redis://h?clientName=sec%20ret        | parameter clientName
            redis://h?timeout=10s                 | parameter timeout
            redis://h?minsize=secret              | parameter minsize
            redis://h?maxsize=                    | parameter maxsize
            redis://h?encoding=                   | parameter encoding
            rediss://h?verifyPeer=secret          | parameter verifyPeer
            redis://h?verifyPeer=NONE             | parameter verifyPeer
            redis://h?ssl_cert_reqs=CERT_NONE     | parameter ssl_cert_reqs
            rediss://h?ssl_cert_reqs=secret       | parameter ssl_cert_reqs
            rediss://h?ssl_cert_reqs=CERT_NONE&verifyPeer=NONE | parameter verifyPeer
            redis://h?sentinelPassword=secret     | parameter sentinelPassword
            redis://h?sentinelUser=secret         | parameter sentinelUser
            redis://h?master=m&sentinelUser=secret | parameter sentinelPassword
            redis://h?master=sec%20ret            | parameter master
            redis-socket:///run/s?master=m        | parameter master
            redis-sentinel://:secret@h            | sentinel master
            redis-sentinel://:secret@h#           | sentinel master
            redis-sentinel://:secret@h#sec%20ret  | sentinel master
            redis-sentinel://h?master=m#m         | sentinel master
            redis://h#secret                      | fragment
            redis://h?master=m#secret             | fragment
            """)
    void a_wrong_part_is_named_and_nothing_of_the_text_repeated(String uri, String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUris.parse(List.of(uri)))
                .withNoCause()
                .satisfies(e -> {
                    String[] halves = String.valueOf(e.getMessage()).split("; it must look like ", -1);
                    assertThat(halves).hasSize(2);
                    assertThat(halves[0]).startsWith("uri: ").contains(part).doesNotContain("secret", "sec ret", "%20");
                    assertThat(halves[1]).contains("://[[user]:password@]");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"@", ":", "/", "#", "?", "%", " ", "+", "&", ";", ",", "[", "ü", "\n", "@:/#?%"})
    void a_password_of_any_characters_is_decoded(String special) {
        String password = "a" + special + "b" + special;
        String text = "redis://u%3A1:" + RedisUrisSecretsTest.encoded(password) + "@h";
        RedisCredentials credentials = credentials(RedisUris.parse(text));
        assertThat(credentials.getUsername()).isEqualTo("u:1");
        assertThat(credentials.getPassword()).containsExactly(password.toCharArray());
    }

    @Test
    void what_is_no_delimiter_may_stand_in_a_password_as_it_is() {
        assertThat(credentials(RedisUris.parse("redis://u:a:b+c,d[e]ü@h")).getPassword())
                .containsExactly("a:b+c,d[e]ü".toCharArray());
    }

    @Test
    void user_info_without_a_colon_is_a_password() {
        RedisCredentials credentials = credentials(RedisUris.parse("redis://secret@h"));
        assertThat(credentials.hasUsername()).isFalse();
        assertThat(credentials.getPassword()).containsExactly("secret".toCharArray());
    }

    @Test
    void user_info_is_for_the_servers_and_parameters_are_for_the_sentinels() {
        RedisURI uri = RedisUris.parse(List.of(
                        "rediss-sentinel://app:one@h1,h2?sentinelUser=watch&sentinelPassword=tw%40&verifyPeer=CA#m"))
                .first();
        assertThat(credentials(uri).getUsername()).isEqualTo("app");
        assertThat(credentials(uri).getPassword()).containsExactly("one".toCharArray());
        assertThat(uri.getSentinels()).hasSize(2).allSatisfy(sentinel -> {
            assertThat(credentials(sentinel).getUsername()).isEqualTo("watch");
            assertThat(credentials(sentinel).getPassword()).containsExactly("tw@".toCharArray());
            assertThat(sentinel.isSsl()).isTrue();
            assertThat(sentinel.getVerifyMode()).isEqualTo(SslVerifyMode.CA);
        });
    }

    @Test
    void sentinels_are_not_told_the_password_of_the_servers() {
        RedisURI uri = RedisUris.parse(List.of("redis-sentinel://:secret@h1#m")).first();
        assertThat(credentials(uri.getSentinels().get(0)).hasPassword()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', FULL",
        "?verifyPeer=NONE, NONE",
        "?verifypeer=ca, CA",
        "?verifyPeer=FULL, FULL",
        "?ssl_cert_reqs=CERT_NONE, NONE",
        "?ssl_cert_reqs=CERT_OPTIONAL, FULL",
        "?ssl_cert_reqs=CERT_REQUIRED, FULL"
    })
    void certificates_are_verified_as_far_as_is_asked(String query, SslVerifyMode mode) {
        assertThat(RedisUris.parse("rediss://h" + query).getVerifyMode()).isEqualTo(mode);
    }

    @Test
    void several_nodes_are_a_cluster() {
        RedisAddress address = RedisUris.parse(
                List.of("rediss://u:secret@h1:7000", "rediss://u:secret@[::1]:7001/0", "rediss://u:secret@h3"));
        assertThat(address.kind()).isEqualTo(Kind.CLUSTER);
        assertThat(address.withoutSecrets()).isEqualTo("rediss://h1:7000/0, rediss://[::1]:7001/0, rediss://h3:6379/0");
    }

    @Test
    void one_node_is_a_cluster_where_one_is_asked_for() {
        assertThat(RedisUris.parseCluster(List.of("redis://h")).kind()).isEqualTo(Kind.CLUSTER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUris.parseCluster(List.of("redis-sentinel://h#m")))
                .withMessageStartingWith("URI 1 of 1, uri: scheme");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            redis://h1            | rediss://h2                | scheme
            redis://h1            | redis-sentinel://h2#m      | scheme
            redis://h1            | redis://h2?master=m        | scheme
            redis://h1            | redis-socket:///run/s      | scheme
            redis://h1            | redis://h2/1               | database
            redis://h1            | redis://h2:x               | port
            redis://h1            | redis://:secret@h2         | user info
            redis://:other@h1     | redis://:secret@h2         | user info
            redis://h1            | redis://h2?clientName=a    | parameter clientName
            rediss://h1           | rediss://h2?verifyPeer=CA  | parameter verifyPeer
            """)
    void nodes_that_do_not_go_together_are_refused(String one, String other, String part) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUris.parse(List.of(one, other)))
                .withMessageStartingWith("URI 2 of 2, uri: " + part + ":")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret", "other"));
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without such a check may do
    void nothing_is_refused_by_name() {
        assertThatNullPointerException()
                .isThrownBy(() -> RedisUris.parse((String) null))
                .withMessage("uri");
        assertThatNullPointerException()
                .isThrownBy(() -> RedisUris.parse((List<String>) null))
                .withMessage("uris");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUris.parse(List.of()))
                .withMessageContaining("at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUris.parseCluster(List.of()))
                .withMessageContaining("at least one");
    }

    @Test
    void the_scheme_is_read_alike_in_every_country() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(RedisUris.parse("REDIS://h?CLIENTNAME=i&verifypeer=full".replace("REDIS:", "REDISS:"))
                            .isSsl())
                    .isTrue();
        } finally {
            Locale.setDefault(before);
        }
    }

    private static RedisCredentials credentials(RedisURI uri) {
        return uri.getCredentialsProvider().resolveCredentials().block();
    }
}
