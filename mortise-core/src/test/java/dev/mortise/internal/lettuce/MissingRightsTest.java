package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MissingRightsTest {
    @Test
    void a_right_that_is_missing_before_anything_is_done_is_a_refusal() {
        StoreException known = classified("NOPERM User app has no permissions to run the 'evalsha' command");
        assertThat(known.effect()).isEqualTo(Effect.REFUSED);
        assertThat(known).hasMessageContaining("the Redis user lacks a right");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERR The user executing the script can't run this command or subcommand script: 2f1c, on @user_script:5.",
                "ERR ACL failure in script: User app has no permissions to run the 'hget' command script: 2f1c, on @user_script:2."
            })
    void inside_a_script_it_leaves_open_what_was_done_before_in_the_words_of_any_server(String error) {
        StoreException known = classified(error);
        assertThat(known.effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(known).hasMessageStartingWith("the Redis user lacks a right: ");
        assertThat(known.getMessage()).doesNotContain("user_script");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OOM command not allowed when used memory > 'maxmemory'. script: 2f1c, on @user_script:5.",
                "ERR Unknown Redis command called from script script: 2f1c, on @user_script:5.",
                "ERR user_script:5: attempt to index a nil value script: 2f1c, on @user_script:5."
            })
    void so_does_any_other_error_of_a_script(String error) {
        StoreException known = classified(error);
        assertThat(known.effect()).isEqualTo(Effect.UNKNOWN);
        assertThat(known).hasMessageStartingWith("Redis answered with an error: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MORTISE_DAMAGED script: 2f1c, on @user_script:5.",
                "WRONGTYPE Operation against a key holding the wrong kind of value script: 2f1c, on @user_script:5."
            })
    void what_is_damaged_or_foreign_is_refused(String error) {
        assertThat(classified(error).effect()).isEqualTo(Effect.REFUSED);
    }

    private static StoreException classified(String error) {
        return Failures.classify(new RedisCommandExecutionException(error));
    }
}
