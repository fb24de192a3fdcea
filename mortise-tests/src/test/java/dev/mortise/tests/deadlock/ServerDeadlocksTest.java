package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rings of owners on one server. */
final class ServerDeadlocksTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 2", "3, 2", "10, 3", "100, 4"})
    void one_wait_of_a_ring_ends_and_the_others_go_on(int size, int clients) throws Exception {
        Queue<LockEvent.Deadlock> told = new ConcurrentLinkedQueue<>();
        List<Mortise> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(closing(builder()
                    .listener(event -> {
                        if (event instanceof LockEvent.Deadlock deadlock) {
                            told.add(deadlock);
                        }
                    })
                    .build()));
        }
        List<Lease> held = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            held.add(lock(all, i, i).acquire(as(i)));
        }
        List<CompletableFuture<Lease>> waits = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            waits.add(lock(all, i, (i + 1) % size).acquireAsync(as(i)));
        }
        until("one has ended", () -> waits.stream().anyMatch(CompletableFuture::isDone));
        int victim = indexOfDone(waits);
        Throwable failure = waits.get(victim).handle((lease, thrown) -> thrown).join();
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        assertThat(cause).isInstanceOfSatisfying(DeadlockException.class, deadlock -> {
            assertThat(deadlock.cycle()).hasSize(size);
            assertThat(deadlock.cycle().get(0).owner()).isEqualTo("owner-" + victim);
            assertThat(deadlock.cycle().get(0).held()).isEqualTo("ring-" + victim);
        });
        until("all are told", () -> told.size() == size);
        assertThat(told).extracting(LockEvent.Deadlock::victim).containsOnly("owner-" + victim);
        assertThat(told).extracting(LockEvent.Deadlock::owner).doesNotHaveDuplicates();
        // The others are granted one after the other, from the one that waited for the victim.
        held.get(victim).release();
        for (int i = 1; i < size; i++) {
            int next = (victim + size - i) % size;
            get(waits.get(next)).release();
            held.get(next).release();
        }
        assertThat(waits)
                .filteredOn(CompletableFuture::isCompletedExceptionally)
                .hasSize(1);
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    @Test
    void threads_that_block_are_owners_without_more() throws Exception {
        Mortise here = client();
        Mortise there = client();
        CountDownLatch held = new CountDownLatch(2);
        CompletableFuture<String> one = inThread(() -> nested(here.lock("x"), here.lock("y"), held));
        CompletableFuture<String> two = inThread(() -> nested(there.lock("y"), there.lock("x"), held));
        assertThat(List.of(get(one), get(two))).containsExactlyInAnyOrder("both", "deadlock");
        until("nothing is left", () -> lockKeys().isEmpty());
    }

    /** Holds the one, and then wants the other. */
    private static String nested(DistributedLock first, DistributedLock second, CountDownLatch held) throws Exception {
        try (Lease outer = first.acquire()) {
            held.countDown();
            held.await();
            try (Lease inner = second.acquire()) {
                assertThat(outer.isValid() && inner.isValid()).isTrue();
                return "both";
            } catch (DeadlockException expected) {
                return "deadlock";
            }
        }
    }

    @Test
    void a_reader_that_upgrades_and_a_writer_elsewhere() throws Exception {
        Mortise here = client();
        Mortise there = client();
        DistributedReadWriteLock lock = here.readWriteLock("rw");
        CountDownLatch held = new CountDownLatch(2);
        CompletableFuture<String> upgrade = inThread(() -> {
            try (Lease read = lock.readLock().acquire()) {
                held.countDown();
                held.await();
                lock.upgrade(read, AcquireOptions.defaults()).release();
                return "both";
            } catch (DeadlockException expected) {
                return "deadlock";
            }
        });
        CompletableFuture<String> reader = inThread(() -> {
            try (Lease x = there.readWriteLock("rw").readLock().acquire()) {
                held.countDown();
                held.await();
                try (Lease mine = there.lock("x").acquire()) {
                    return x.isValid() && mine.isValid() ? "both" : "lost";
                } catch (DeadlockException expected) {
                    return "deadlock";
                }
            }
        });
        assertThat(get(reader)).isEqualTo("both");
        assertThat(get(upgrade)).as("nobody waited for the one that upgrades").isEqualTo("both");
    }

    @Test
    void an_upgrade_waits_for_a_reader_that_waits_for_its_owner() throws Exception {
        Mortise here = client();
        Mortise there = client();
        DistributedReadWriteLock lock = here.readWriteLock("rw2");
        CountDownLatch held = new CountDownLatch(2);
        CompletableFuture<String> upgrade = inThread(() -> {
            try (Lease mine = here.lock("x2").acquire();
                    Lease read = lock.readLock().acquire()) {
                held.countDown();
                held.await();
                lock.upgrade(read, AcquireOptions.defaults()).release();
                return mine.isValid() ? "both" : "lost";
            } catch (DeadlockException expected) {
                return "deadlock";
            }
        });
        CompletableFuture<String> reader = inThread(() -> {
            try (Lease read = there.readWriteLock("rw2").readLock().acquire()) {
                held.countDown();
                held.await();
                try (Lease mine = there.lock("x2").acquire()) {
                    return read.isValid() && mine.isValid() ? "both" : "lost";
                } catch (DeadlockException expected) {
                    return "deadlock";
                }
            }
        });
        assertThat(List.of(get(upgrade), get(reader))).containsExactlyInAnyOrder("both", "deadlock");
    }

    /** The clocks of a process do not go alike to the millisecond: what is told again must be the same in spite of that. */
    @Test
    void long_waits_are_told_once_in_a_refresh_period() throws Exception {
        Lease held = client().lock("hot").acquire(as(0));
        Mortise many = client();
        List<Lease> own = new ArrayList<>();
        List<CompletableFuture<Lease>> waits = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            own.add(many.lock("own" + i).acquire(as(i)));
            waits.add(many.lock("hot").acquireAsync(as(i)));
        }
        until("all are on record", () -> records() == 10);
        Map<String, String> first = register();
        until("they are told again", () -> !register().equals(first));
        assertThat(versions(register())).as("the records are the same ones").isEqualTo(versions(first));
        assertThat(waits).noneMatch(CompletableFuture::isDone);
        waits.forEach(wait -> wait.cancel(true));
        until("none is left", () -> records() == 0);
        held.release();
        own.forEach(Lease::release);
    }

    /** Without those that only say that none is accepted. */
    private long records() {
        return register().entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith("o:") && entry.getValue().split("\n", -1).length > 4)
                .count();
    }

    private Map<String, String> register() {
        Map<String, String> register = new TreeMap<>();
        if (server().command("HGETALL", "mortise:waits") instanceof List<?> fields) {
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                register.put(String.valueOf(fields.get(i)), String.valueOf(fields.get(i + 1)));
            }
        }
        return register;
    }

    /** The first word of each record; the second says until when it is believed. */
    private static List<String> versions(Map<String, String> register) {
        return register.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("o:"))
                .map(entry -> entry.getKey() + " " + entry.getValue().split("\t", 2)[0])
                .toList();
    }

    private static int indexOfDone(List<CompletableFuture<Lease>> waits) {
        for (int i = 0; i < waits.size(); i++) {
            if (waits.get(i).isDone()) {
                return i;
            }
        }
        throw new AssertionError("none");
    }

    private static DistributedLock lock(List<Mortise> clients, int owner, int lock) {
        return clients.get(owner % clients.size()).lock("ring-" + lock);
    }

    private static AcquireOptions as(int owner) {
        return AcquireOptions.defaults().owner(Owner.of("owner-" + owner));
    }
}
