package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockInfo;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SlotMigration;
import dev.mortise.testkit.junit.ClusterExtension;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything works in a slot on its way from one node to another, at each step of that. */
@SuppressWarnings("try") // what is held is held for its time
final class SlotMigrationTest extends OnCluster {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    private static final Duration LEASE = Duration.ofSeconds(3);

    /** How far the slot is. */
    enum Stage {
        BEGUN,
        KEYS_MOVED,
        FINISHED;

        SlotMigration reachedBy(SlotMigration migration) {
            if (this != BEGUN) {
                migration.moveKeys();
            }
            if (this == FINISHED) {
                migration.finish();
            }
            return migration;
        }
    }

    @Override
    ClusterDeployment cluster() {
        return cluster.deployment();
    }

    private SlotMigration begin(String lock) {
        return cluster().beginMigration(slot(lock), otherThan(masterOf(lock)));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void what_is_held_and_waited_for_goes_on(Stage stage) throws Exception {
        DistributedLock here = patient().lock("m");
        DistributedLock there = patient().lock("m");
        DistributedLock third = patient().lock("m");
        Lease held = here.acquire();
        CompletableFuture<Lease> waiting = inThread(() -> there.acquire());
        untilWaiting(here, 1);
        SlotMigration migration = stage.reachedBy(begin("m"));

        assertThat(third.tryAcquire()).isEmpty();
        assertThat(third.tryAcquire(Duration.ofMillis(100))).isEmpty();
        LockInfo info = third.inspect();
        assertThat(info.holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.fencingToken()).isEqualTo(held.fencingToken()));
        assertThat(info.waiters()).hasSize(1);
        held.extend(Duration.ofMinutes(5));
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease next = get(waiting);
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        held.release();
        assertThat(third.inspect().used()).isEqualTo(1);
        assertThat(next.release()).isEqualTo(ReleaseOutcome.RELEASED);
        third.acquire().close();
        if (stage != Stage.FINISHED) {
            migration.all();
        }
        untilNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void what_begins_there_is_done_once(Stage stage) throws Exception {
        Mortise here = patient();
        Mortise there = patient();
        SlotMigration migration = stage.reachedBy(begin("m"));
        DistributedSemaphore permits = here.semaphore("m", 3);
        Lease one = permits.acquire(1, AcquireOptions.defaults());
        assertThat(permits.inspect().used()).isEqualTo(1);
        Lease two = there.semaphore("m", 3).acquire(2, AcquireOptions.defaults());
        assertThat(permits.inspect().used()).isEqualTo(3);
        CompletableFuture<Lease> waiting =
                inThread(() -> there.semaphore("m", 3).acquire(1, AcquireOptions.defaults()));
        until("one waits", () -> permits.inspect().waiters().size() == 1);
        assertThat(here.admin().resizeSemaphore("m", 4)).isTrue();
        Lease third = get(waiting);
        assertThat(permits.inspect().used()).isEqualTo(4);
        for (Lease lease : List.of(one, two, third)) {
            assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        }
        if (stage != Stage.FINISHED) {
            migration.all();
        }
        untilNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void readers_and_the_writer_change_places(Stage stage) throws Exception {
        DistributedReadWriteLock here = patient().readWriteLock("m");
        DistributedReadWriteLock there = patient().readWriteLock("m");
        Lease reader = here.readLock().acquire();
        Lease other = there.readLock().acquire();
        stage.reachedBy(begin("m"));
        CompletableFuture<Lease> upgrading = inThread(() -> here.upgrade(reader, AcquireOptions.defaults()));
        until("it waits", () -> there.writeLock().inspect().waiters().size() == 1);
        assertThat(other.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease writer = get(upgrading);
        assertThat(writer.fencingToken()).isGreaterThan(other.fencingToken());
        assertThat(there.readLock().tryAcquire()).isEmpty();
        Lease again = here.downgrade(writer);
        there.readLock().acquire().close();
        assertThat(there.writeLock().tryAcquire()).isEmpty();
        assertThat(again.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_lease_without_expiry_is_collected_when_its_client_is_gone(Stage stage) throws Exception {
        Mortise here = patient();
        Mortise there = patient();
        Lease held = here.lock("m").acquire(AcquireOptions.defaults().untilReleased());
        assertThat(there.admin().collect("m")).isZero();
        forgetClientOf("m");
        stage.reachedBy(begin("m"));
        assertThat(there.admin().collect("m")).isEqualTo(1);
        there.lock("m").acquire().close();
        assertThat(held.release()).isEqualTo(ReleaseOutcome.LOST);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_lease_ends_by_force(Stage stage) throws Exception {
        Mortise here = patient();
        Lease held = here.lock("m").acquire();
        stage.reachedBy(begin("m"));
        assertThat(patient().admin().forceRelease("m", "test")).isEqualTo(1);
        assertThat(get(held.lost().toCompletableFuture()).cause()).isEqualTo(Cause.FORCED);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void all_of_some_locks_in_that_slot_and_another(Stage stage) throws Exception {
        Mortise client = patient();
        String second = besides("m");
        SlotMigration migration = begin("m");
        client.lock(second).acquire().close();
        stage.reachedBy(migration);
        allOf(client, List.of("m", second));
        allOf(client, List.of("m", second, named("x", name -> masterOf(name) != migration.source())));
    }

    @Test
    void all_of_some_locks_of_which_some_have_moved() throws Exception {
        Mortise client = patient();
        String second = besides("m");
        Lease moved = client.lock(second).acquire();
        SlotMigration migration = begin("m");
        migration.moveKeys();
        CompletableFuture<Lease> waiting =
                inThread(() -> client.allOf("m", second).acquire(AcquireOptions.waitUpTo(PATIENCE)));
        until(
                "it waits",
                () -> client.lock(second).inspect().waiters().size() == 1
                        || client.lock("m").isLocked());
        moved.release();
        assertThat(get(waiting).release()).isEqualTo(ReleaseOutcome.RELEASED);
        untilNothingIsLeft();
    }

    private static void allOf(Mortise client, List<String> names) throws InterruptedException {
        DistributedLock all = client.allOf(names.toArray(String[]::new));
        Lease lease = all.acquire();
        for (String name : names) {
            assertThat(client.lock(name).isLocked()).isTrue();
        }
        assertThat(all.tryAcquire()).isEmpty();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        for (String name : names) {
            assertThat(client.lock(name).isLocked()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"BEGUN", "KEYS_MOVED"})
    void a_slot_may_stay_half_moved_for_longer_than_a_lease(Stage stage) throws Exception {
        Mortise here = client(LEASE);
        Mortise there = client(LEASE);
        Lease held = answer(() -> here.lock("m").acquire());
        CompletableFuture<Lease> waiting =
                inThread(() -> answer(() -> there.lock("m").acquire()));
        untilWaiting(here.lock("m"), 1);
        SlotMigration migration = stage.reachedBy(begin("m"));
        long start = System.nanoTime();
        until(
                "a lease and more has passed",
                () -> System.nanoTime() - start > LEASE.multipliedBy(4).toNanos() / 3);
        assertThat(held.isValid()).isTrue();
        assertThat(waiting).isNotDone();
        if (stage == Stage.BEGUN) {
            migration.moveKeys();
        }
        migration.finish();
        release(held);
        release(get(waiting));
        untilNothingIsLeft();
    }

    /** As if it had been granted long ago, and not been renewed since, which was seen before. */
    private void forgetClientOf(String lock) {
        RedisProcess master = masterOf(lock);
        String field = Objects.requireNonNull((List<?>) master.command("HKEYS", key(lock))).stream()
                .map(String::valueOf)
                .filter(name -> name.startsWith("h:"))
                .findFirst()
                .orElseThrow();
        String[] holder =
                String.valueOf(master.command("HGET", key(lock), field)).split("\t", -1);
        holder[5] = "600000";
        master.command("HSET", key(lock), field, String.join("\t", holder), "d:" + field.substring(2), "0\t1");
    }
}
