package dev.mortise.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.cli.process.CliProcess;
import dev.mortise.testkit.junit.RedisExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BenchCommandTest {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Test
    void it_says_what_it_measured_and_what_is_normal() {
        try (CliProcess bench = bench("--seconds", "1")) {
            assertThat(bench.exitCode()).as(bench.err()).isZero();
            assertThat(bench.out())
                    .containsPattern("round trip +[0-9.]+ ms +[0-9.]+ ms +[0-9.]+ ms +[0-9,]+\n")
                    .containsPattern("cycle +[0-9.]+ ms")
                    .containsPattern("hand-off +[0-9.]+ ms")
                    .contains("normal p50, ms", "this machine", "the same zone", "another region");
            BenchTest.assertNothingLeft(List.of(redis.server()));
        }
    }

    @Test
    void as_json() {
        try (CliProcess bench = bench("--seconds", "1", "--json")) {
            assertThat(bench.exitCode()).as(bench.err()).isZero();
            String figures =
                    "\\{\"count\":\\d+,\"p50Micros\":\\d+,\"p99Micros\":\\d+,\"maxMicros\":\\d+,\"perSecond\":\\d+}";
            assertThat(bench.out())
                    .matches(
                            "\\{\"type\":\"bench\",\"deployment\":\"STANDALONE\",\"seconds\":1,\"roundTrip\":" + figures
                                    + ",\"cycle\":" + figures + ",\"handOff\":" + figures
                                    + ",\"asFrom\":\"[A-Z_]+\",\"hints\":\\[.*]}\n");
        }
    }

    @Test
    void a_signal_ends_it_in_good_order() {
        try (CliProcess bench = bench("--seconds", "600")) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> BenchTest.keys(List.of(redis.server())).stream()
                                    .filter(key -> key.startsWith("mortise:client:"))
                                    .count()
                            == 2);
            bench.signal("TERM");
            assertThat(bench.exitCode()).isEqualTo(143);
            assertThat(bench.out() + bench.err()).isEmpty();
            BenchTest.assertNothingLeft(List.of(redis.server()));
        }
    }

    @Test
    void without_a_server_it_says_so() {
        try (CliProcess bench = CliProcess.start(Map.of("MORTISE_REDIS", "redis://:geheim@127.0.0.1:1"), "bench")) {
            assertThat(bench.exitCode()).isEqualTo(69);
            assertThat(bench.err()).contains("127.0.0.1:1").doesNotContain("geheim");
            assertThat(bench.err().lines()).hasSize(1);
        }
    }

    private static CliProcess bench(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "bench";
        System.arraycopy(args, 0, all, 1, args.length);
        return CliProcess.start(Map.of("MORTISE_REDIS", redis.uri()), all);
    }
}
