package dev.mortise.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In the words of Redis 7.0, and of Redis 8 and Valkey. */
class DenialTest {
    private static final Denial HGET = new Denial("command HGET", "+hget");

    private final Keys keys = new Keys("mortise");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOPERM this user has no permissions to run the 'hget' command",
                "NOPERM User app has no permissions to run the 'hget' command",
                "ERR The user executing the script can't run this command or subcommand",
                "ERR ACL failure in script: User app has no permissions to run the 'hget' command"
            })
    void a_command(String error) {
        assertThat(Denial.of(error, "HGET", keys)).contains(HGET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOPERM this user has no permissions to access one of the keys used as arguments",
                "NOPERM No permissions to access a key",
                "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments",
                "ERR ACL failure in script: No permissions to access a key"
            })
    void keys(String error) {
        assertThat(Denial.of(error, "HGET", keys).orElseThrow().rule()).isEqualTo("~" + keys.all());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOPERM this user has no permissions to access one of the channels used as arguments",
                "NOPERM No permissions to access a channel",
                "ERR The user executing the script can't publish to the channel mentioned in the command",
                "ERR ACL failure in script: No permissions to access a channel"
            })
    void channels(String error) {
        assertThat(Denial.of(error, "PUBLISH", keys).orElseThrow().rule()).isEqualTo("&" + keys.inboxes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERR unknown command 'HGET', with args beginning with: 'key' ",
                "ERR unknown command `HGET`, with args beginning with: ",
                "Redis answered with an error: ERR unknown command 'HGET', with args beginning with: ",
                "ERR Unknown Redis command called from script",
                "ERR Unknown command called from script"
            })
    void a_command_that_the_server_does_not_know(String error) {
        Denial denial = Denial.of(error, "HGET", keys).orElseThrow();
        assertThat(denial.isUnknownCommand()).isTrue();
        assertThat(denial.right()).isEqualTo("command HGET");
    }

    @Test
    void one_that_nobody_names_is_none() {
        assertThat(Denial.of("ERR Unknown Redis command called from script", "", keys))
                .isEmpty();
    }

    @Test
    void other_errors_are_none() {
        assertThat(Denial.of("ERR Write commands are not allowed from read-only scripts.", "HSET", keys))
                .isEmpty();
    }
}
