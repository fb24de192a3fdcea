package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Mortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SlotMigration;
import dev.mortise.testkit.junit.ClusterExtension;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Traffic while slots move and masters are replaced. */
final class ClusterLoadTest extends OnCluster {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final List<String> LOCKS = List.of("a", "b", "c");

    @Override
    ClusterDeployment cluster() {
        return cluster.deployment();
    }

    private List<Mortise> clients() {
        return Stream.generate(() -> client(LEASE)).limit(3).toList();
    }

    @Test
    void leases_exclude_each_other_while_slots_move() throws Exception {
        Load load = new Load(clients(), LOCKS);
        load.under(this::moveSlot);
        load.usedOnceMore();
        assertThat(load.problems(true)).isEmpty();
        untilNothingIsLeft();
    }

    @Test
    void tokens_go_up_while_masters_are_replaced() throws Exception {
        Load load = new Load(clients(), LOCKS);
        load.under(this::replaceMaster);
        load.usedOnceMore();
        assertThat(load.problems(false)).isEmpty();
        untilNothingIsLeft();
    }

    private void moveSlot(Random random) {
        String lock = LOCKS.get(random.nextInt(LOCKS.size()));
        SlotMigration migration = cluster().beginMigration(slot(lock), otherThan(masterOf(lock)));
        int most = random.nextInt(100_000_000);
        LockSupport.parkNanos(1 + most);
        migration.moveKeys();
        LockSupport.parkNanos(1 + most);
        migration.all();
    }

    private void replaceMaster(Random random) {
        cluster().whole();
        RedisProcess old = masterOf(LOCKS.get(random.nextInt(LOCKS.size())));
        switch (random.nextInt(3)) {
            case 0 -> cluster().failover(old);
            case 1 -> {
                old.kill();
                cluster().awaitFailoverFrom(old);
                cluster().restart(old);
            }
            default -> {
                old.pause();
                cluster().awaitFailoverFrom(old);
                old.resume();
            }
        }
    }
}
