package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MissingRightsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOPERM User app has no permissions to run the 'evalsha' command",
                "ERR The user executing the script can't run this command or subcommand script: 2f1c, on @user_script:5.",
                "ERR ACL failure in script: User app has no permissions to run the 'hget' command script: on @user_script:2."
            })
    void a_right_that_is_missing_is_a_refusal_in_the_words_of_any_server(String error) {
        StoreException known = Failures.classify(new RedisCommandExecutionException(error));
        assertThat(known.effect()).isEqualTo(Effect.REFUSED);
        assertThat(known).hasMessageContaining("the Redis user lacks a right");
    }
}
