package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.time.FakeTime;
import dev.mortise.tests.world.ClientTime;
import dev.mortise.tests.world.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who waits is not passed by again and again by those who come again at once, however fast the network is. */
final class QuorumFairnessTest {
    private static final int WAITS = 20;
    private static final int TURNS = 300;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(1);
    private final List<InMemoryServer> nodes = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Integer> passed = new ArrayList<>();
    private int turns;
    private boolean stop;

    @ParameterizedTest
    @CsvSource({
        "3, 50, 5",
        "3, 50, 200",
        "3, 100, 5",
        "3, 100, 50",
        "3, 100, 200",
        "3, 1000, 5",
        "3, 1000, 200",
        "3, 5000, 5",
        "3, 5000, 200",
        "5, 50, 5",
        "5, 50, 200",
        "5, 5000, 5",
        "5, 5000, 200"
    })
    void one_who_waits_is_passed_by_seldom(int count, long latencyMicros, long holdMillis) {
        begin(count);
        QuorumClient greedy = client(latencyMicros);
        QuorumClient waiter = client(latencyMicros);
        wires.forEach(Wire::begin);
        again(greedy, holdMillis);
        time.advance(Duration.ofMillis(30));
        List<Integer> passedBy = new ArrayList<>();
        for (int i = 0; i < WAITS; i++) {
            int before = turns;
            CompletableFuture<?> waits = waiter.lock("lock")
                    .acquireAsync(AcquireOptions.defaults())
                    .thenAccept(lease -> {
                        passedBy.add(turns - before);
                        lease.releaseAsync();
                    });
            for (int millis = 0; millis < 20_000 && !waits.isDone(); millis++) {
                time.advance(Duration.ofMillis(1));
            }
            assertThat(waits)
                    .as("waited for 20 s; passed by " + (turns - before))
                    .isDone();
        }
        assertThat(passedBy).as("turns of another while one waits").allMatch(times -> times <= 3);
        end();
    }

    @ParameterizedTest
    @CsvSource({
        "3, 50, 5",
        "3, 50, 50",
        "3, 200, 5",
        "3, 200, 50",
        "3, 1000, 5",
        "3, 1000, 50",
        "3, 5000, 5",
        "3, 5000, 50",
        "5, 50, 5",
        "5, 50, 50",
        "5, 1000, 5",
        "5, 1000, 50",
        "5, 5000, 5",
        "5, 5000, 50"
    })
    void four_who_come_again_at_once_all_have_their_turns(int count, long latencyMicros, long holdMillis) {
        begin(count);
        List<QuorumClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(client(latencyMicros));
        }
        wires.forEach(Wire::begin);
        clients.forEach(client -> again(client, holdMillis));
        for (int seconds = 0; turns < TURNS; seconds++) {
            time.advance(Duration.ofSeconds(1));
            assertThat(seconds).as("seconds for " + turns + " turns").isLessThan(60);
        }
        assertThat(passed).as("turns of three others while one waits").allMatch(times -> times <= 20);
        assertThat(passed.stream().filter(times -> times > 6).count())
                .as("waits that took more than two turns of each other")
                .isLessThan(TURNS / 15);
        end();
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(new InMemoryServer(time::micros));
        }
    }

    private void end() {
        stop = true;
        time.advance(Duration.ofSeconds(10));
        for (InMemoryServer node : nodes) {
            assertThat(node.describe("lock")).as("what is left on a node").isEmpty();
        }
    }

    private QuorumClient client(long latencyMicros) {
        ClientTime clock = new ClientTime(time, 0);
        Map<String, VotingStore> ends = new LinkedHashMap<>();
        for (InMemoryServer node : nodes) {
            Wire wire = new Wire(
                    node,
                    clock,
                    random,
                    QuorumWorld.QUIET,
                    Wire.Manners.usually(TimeUnit.MICROSECONDS.toNanos(latencyMicros)));
            wires.add(wire);
            ends.put("node" + ends.size(), wire.end());
        }
        QuorumStore store = new QuorumStore(ends, clock, QuorumSettings.defaults());
        ClientConfig config = new ClientConfig(
                "client", QuorumWorld.LEASE, Duration.ofSeconds(2), 100, QuorumWorld.QUIET, 0, Duration.ZERO);
        return QuorumClient.open(store, clock, config, null);
    }

    private void again(QuorumClient client, long holdMillis) {
        int before = turns;
        client.lock("lock").acquireAsync(AcquireOptions.defaults()).thenAccept(lease -> {
            passed.add(turns - before);
            turns++;
            time.schedule(
                    TimeUnit.MILLISECONDS.toNanos(holdMillis),
                    () -> lease.releaseAsync().thenRun(() -> {
                        if (!stop) {
                            again(client, holdMillis);
                        }
                    }));
        });
    }
}
