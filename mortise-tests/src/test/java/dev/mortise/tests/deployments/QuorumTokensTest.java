package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.QuorumMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import dev.mortise.testkit.process.Polling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fencing tokens of a quorum, grant after grant, while its nodes fail at random. */
final class QuorumTokensTest extends OnQuorum {
    private static final int GRANTS = 10_000;
    private static final int CLIENTS = 4;
    private static final int FAULTS = 12;
    private static final long SEED = 20_260_523;

    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(5);

    @Test
    void they_increase_over_ten_thousand_grants_with_random_node_failures() throws Exception {
        List<Passed> locks = List.of(new Passed("a"), new Passed("b"));
        AtomicInteger grants = new AtomicInteger();
        List<CompletableFuture<Void>> traffic = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            QuorumMortise client = client(masters.uris());
            int first = i;
            traffic.add(inThread(() -> {
                for (int turn = first; grants.incrementAndGet() <= GRANTS; turn++) {
                    locks.get(turn % locks.size()).passOnce(client);
                }
                return null;
            }));
        }
        Random random = new Random(SEED);
        for (int fault = 1; fault <= FAULTS; fault++) {
            int after = fault * GRANTS / (FAULTS + 1);
            until("traffic goes on", () -> grants.get() >= after);
            fail(masters.deployment().nodes().get(random.nextInt(5)), faults(fault), grants);
        }
        for (CompletableFuture<Void> each : traffic) {
            each.get(5, TimeUnit.MINUTES);
        }
        assertThat(locks).allSatisfy(lock -> {
            assertThat(lock.tokens).isSorted().doesNotHaveDuplicates();
            assertThat(lock.overlaps).isZero();
        });
        assertThat(locks.get(0).tokens.size() + locks.get(1).tokens.size()).isGreaterThanOrEqualTo(GRANTS * 9 / 10);
    }

    /** Two of them lose their data, and give no votes for a while; with one more that is away there are just enough left. */
    private static Fault faults(int number) {
        return switch (number) {
            case 4 -> Fault.EMPTIED;
            case 9 -> Fault.RESTARTED;
            default -> number % 2 == 0 ? Fault.FROZEN : Fault.CUT;
        };
    }

    private static void fail(RedisProcess node, Fault fault, AtomicInteger grants) {
        int before = grants.get();
        switch (fault) {
            case FROZEN -> {
                node.pause();
                until("traffic goes on without it", () -> grants.get() >= Math.min(GRANTS, before + 100));
                node.resume();
            }
            case RESTARTED -> {
                node.kill();
                until("traffic goes on without it", () -> grants.get() >= Math.min(GRANTS, before + 100));
                node.restartWithoutData();
            }
            case CUT -> node.command("CLIENT", "KILL", "TYPE", "normal");
            case EMPTIED -> node.command("FLUSHALL");
        }
    }

    private enum Fault {
        FROZEN,
        RESTARTED,
        CUT,
        EMPTIED
    }

    /** What goes through one lock, in order. */
    private static final class Passed {
        private final String name;
        private final AtomicInteger inside = new AtomicInteger();

        // Guarded by this.
        private final List<Long> tokens = new ArrayList<>();
        private int overlaps;

        Passed(String name) {
            this.name = name;
        }

        /** A lease that ended before it could be used counts for nothing, nor does one that could not be had. */
        void passOnce(QuorumMortise client) {
            DistributedLock lock = client.lock(name);
            try (Lease lease = lock.acquire(PATIENCE)) {
                int others = inside.getAndIncrement();
                synchronized (this) {
                    if (lease.isValid()) {
                        tokens.add(lease.fencingToken());
                        overlaps += others;
                    }
                }
                inside.decrementAndGet();
            } catch (LockUnavailableException fewNodes) {
                assertThat(Polling.until(PATIENCE, () -> client.status().hasMajority()))
                        .isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
