package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FailuresTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
                "NOSCRIPT No matching script. Please use EVAL.",
                "READONLY You can't write against a read only replica.",
                "LOADING Redis is loading the dataset in memory",
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                "MISCONF Redis is configured to save RDB snapshots",
                "NOREPLICAS Not enough good replicas to write.",
                "OOM command not allowed when used memory > 'maxmemory'.",
                "MOVED 1 127.0.0.1:1",
                "ASK 1 127.0.0.1:1",
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "CROSSSLOT Keys in request don't hash to the same slot",
                "CLUSTERDOWN The cluster is down"
            })
    void what_a_server_refuses_before_it_begins_was_not_executed_and_may_be_repeated(String refusal) {
        assertThat(effectOf(refusal)).isEqualTo(Effect.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERR something else", "UNKILLABLE", ""})
    void of_another_error_it_is_not_known(String error) {
        assertThat(effectOf(error)).isEqualTo(Effect.UNKNOWN);
    }

    private static Effect effectOf(String error) {
        return Failures.classify(new RedisCommandExecutionException(error)).effect();
    }
}
