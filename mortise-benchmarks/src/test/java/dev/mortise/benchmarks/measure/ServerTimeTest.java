package dev.mortise.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.benchmarks.measure.ServerTime.Spent;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerTimeTest {
    private static final ServerTime BEFORE = ServerTime.parse("""
            # Commandstats
            cmdstat_evalsha:calls=2,usec=50,usec_per_call=25.00,rejected_calls=0,failed_calls=1
            cmdstat_get:calls=2,usec=4,usec_per_call=2.00,rejected_calls=0,failed_calls=0
            cmdstat_info:calls=1,usec=90,usec_per_call=90.00,rejected_calls=0,failed_calls=0
            cmdstat_client|setinfo:calls=1,usec=3,usec_per_call=3.00,rejected_calls=0,failed_calls=0
            """);
    private static final ServerTime AFTER = ServerTime.parse("""
            # Commandstats
            cmdstat_evalsha:calls=5,usec=150,usec_per_call=30.00,rejected_calls=0,failed_calls=1
            cmdstat_eval:calls=1,usec=40,usec_per_call=40.00,rejected_calls=0,failed_calls=0
            cmdstat_get:calls=6,usec=14,usec_per_call=2.00,rejected_calls=0,failed_calls=0
            cmdstat_set:calls=2,usec=8,usec_per_call=4.00,rejected_calls=0,failed_calls=0
            cmdstat_info:calls=2,usec=190,usec_per_call=95.00,rejected_calls=0,failed_calls=0
            cmdstat_client|setinfo:calls=1,usec=3,usec_per_call=3.00,rejected_calls=0,failed_calls=0
            """);

    @Test
    void what_was_spent_is_the_difference_without_that_of_reading() {
        assertThat(AFTER.since(BEFORE).commands())
                .isEqualTo(Map.of(
                        "evalsha", new Spent(3, 100),
                        "eval", new Spent(1, 40),
                        "get", new Spent(4, 10),
                        "set", new Spent(2, 8)));
    }

    @Test
    void script_time_is_that_of_all_ways_to_run_one() {
        ServerTime spent = AFTER.since(BEFORE);
        assertThat(spent.scriptMicros()).isEqualTo(140);
        assertThat(spent.scripts()).isEqualTo(4);
    }

    @Test
    void what_scripts_call_does_not_count_twice() {
        RequestCount counted = new RequestCount(Map.of("evalsha", 1L, "get", 1L, "set", 1L), Map.of("get", 3L));
        assertThat(AFTER.since(BEFORE).allMicros(counted)).isEqualTo(100 + 40 + 10 / 4.0 + 8);
    }

    @Test
    void a_request_is_told_from_what_a_script_calls() {
        Map<String, Long> sent = new HashMap<>();
        Map<String, Long> called = new HashMap<>();
        RequestCount.count("1700000000.123456 [0 127.0.0.1:50000] \"EVALSHA\" \"abc\" \"1\" \"[0 lua]\"", sent, called);
        RequestCount.count("1700000000.123457 [0 lua] \"HGET\" \"key\" \"a\\\"b\"", sent, called);
        RequestCount.count("1700000000.123458 [0 [::1]:50000] \"hget\" \"key\"", sent, called);
        assertThat(sent).isEqualTo(Map.of("evalsha", 1L, "hget", 1L));
        assertThat(called).isEqualTo(Map.of("hget", 1L));
    }
}
