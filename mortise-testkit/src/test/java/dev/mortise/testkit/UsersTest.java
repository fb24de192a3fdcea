package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UsersTest {
    @Test
    void a_user_may_do_what_the_rules_say_and_no_more() {
        try (RedisProcess server = RedisProcess.builder()
                .password("admin")
                .user("app", "a pass/word", "~app:*", "&*", "+@all", "-@dangerous")
                .user("nobody", "x")
                .start()) {
            assertThat(server.uri("app")).isEqualTo("redis://app:a%20pass%2Fword@127.0.0.1:" + server.port());
            try (RespClient client = RespClient.connect(server.host(), server.port(), Duration.ofSeconds(10))) {
                assertThat(client.command("AUTH", "app", "a pass/word")).isEqualTo("OK");
                assertThat(client.command("SET", "app:k", "v")).isEqualTo("OK");
                denied(client, "SET", "k", "v");
                denied(client, "FLUSHALL");
                assertThat(client.command("AUTH", "nobody", "x")).isEqualTo("OK");
                denied(client, "GET", "app:k");
            }
            assertThat(server.command("ACL", "WHOAMI")).isEqualTo("default");
        }
    }

    @Test
    void a_name_that_would_be_something_else_in_the_configuration_is_refused() {
        for (String name : new String[] {"", "a b", "default", "a\nb"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RedisProcess.builder().user(name, "p"));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisProcess.builder().user("a", "p\" +@all"));
    }

    @Test
    void there_is_no_address_for_an_unknown_user() {
        try (RedisProcess server = RedisProcess.start()) {
            assertThatIllegalArgumentException().isThrownBy(() -> server.uri("app"));
        }
    }

    private static void denied(RespClient client, String... command) {
        assertThatThrownBy(() -> client.command(command))
                .isInstanceOfSatisfying(
                        RespErrorException.class, e -> assertThat(e.code()).isEqualTo("NOPERM"));
    }
}
