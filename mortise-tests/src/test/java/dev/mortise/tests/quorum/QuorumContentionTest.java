package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.time.FakeTime;
import dev.mortise.tests.world.ClientTime;
import dev.mortise.tests.world.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many who want one lock, and nothing goes wrong: it is neither given up nor asked for in vain all the time. */
final class QuorumContentionTest {
    private static final int TURNS = 40;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(1);
    private final List<InMemoryServer> nodes = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private int turns;
    private int wanting;

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void many_who_come_again_and_again_take_turns_without_many_rounds_in_vain(int count) {
        begin(count);
        int many = 5;
        for (int i = 0; i < many; i++) {
            again(client(), TURNS);
        }
        int seconds = 0;
        while (wanting > 0) {
            time.advance(Duration.ofSeconds(1));
            assertThat(++seconds).as("seconds for " + turns + " turns").isLessThan(60);
        }
        assertThat(turns).isEqualTo(many * TURNS);
        int votes = wires.stream()
                .mapToInt(wire -> wire.store().requests(StoreOperation.VOTE))
                .sum();
        assertThat(votes).as("votes for all grants").isLessThan(6 * count * turns);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void who_waits_for_a_long_hold_asks_seldom(boolean onAllNodes) throws InterruptedException {
        begin(3);
        QuorumClient holder = client();
        if (!onAllNodes) {
            wires.get(2).store().disconnect();
        }
        Lease held = holder.lock("lock").acquire(AcquireOptions.defaults());
        wires.get(2).store().reconnect();
        for (int i = 0; i < 4; i++) {
            again(client(), 1);
        }
        time.advance(Duration.ofSeconds(60));
        int votes = wires.stream()
                .mapToInt(wire -> wire.store().requests(StoreOperation.VOTE))
                .sum();
        assertThat(votes).as("votes asked for in a minute").isLessThan(3 * 4 * 30);
        assertThat(held.isValid()).isTrue();
        held.releaseAsync();
        time.advance(Duration.ofMillis(500));
        assertThat(turns).as("those who waited had their turn").isEqualTo(4);
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(new InMemoryServer(time::micros));
        }
    }

    private QuorumClient client() {
        ClientTime clock = new ClientTime(time, 0);
        Map<String, VotingStore> ends = new LinkedHashMap<>();
        for (InMemoryServer node : nodes) {
            Wire wire = new Wire(node, clock, random, QuorumWorld.QUIET);
            wires.add(wire);
            ends.put("node" + ends.size(), wire.end());
        }
        QuorumStore store = new QuorumStore(ends, clock, QuorumSettings.defaults());
        ClientConfig config = new ClientConfig(
                "client", QuorumWorld.LEASE, Duration.ofSeconds(2), 100, QuorumWorld.QUIET, 0, Duration.ZERO);
        return QuorumClient.open(store, clock, config, null);
    }

    private void again(QuorumClient client, int times) {
        if (times == 0) {
            return;
        }
        wires.forEach(Wire::begin);
        wanting++;
        client.lock("lock").acquireAsync(AcquireOptions.defaults()).thenAccept(lease -> {
            turns++;
            time.schedule(
                    5_000_000,
                    () -> lease.releaseAsync().thenRun(() -> {
                        wanting--;
                        again(client, times - 1);
                    }));
        });
    }
}
