package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What tests on a cluster share. */
abstract class OnCluster extends OnNodes {
    /** How far the clock of a time-out may be apart from that of a test. */
    private static final Duration CLOCK = Duration.ofMillis(2);

    abstract ClusterDeployment cluster();

    final Mortise client(Duration lease) {
        return closing(RedisMortise.builder()
                .cluster(cluster().uris().toArray(String[]::new))
                .lease(lease)
                .commandTimeout(TIMEOUT)
                .build());
    }

    /**
     * One whose answers may take as long as a test is patient, where no node is silent: then one comes late because the machine
     * is busy, and for no other reason. The first request to a node, as after a redirection, has to wait for a connection, too.
     */
    final Mortise patient() {
        return closing(RedisMortise.builder()
                .cluster(cluster().uris().toArray(String[]::new))
                .lease(PATIENCE.multipliedBy(6))
                .commandTimeout(PATIENCE)
                .build());
    }

    /** It was valid, and is given back. That is unknown if there was no answer in time, and then only. */
    static void release(Lease lease) {
        long start = System.nanoTime();
        ReleaseOutcome outcome = lease.release();
        if (outcome == ReleaseOutcome.UNKNOWN) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("it was waited for")
                    .isGreaterThanOrEqualTo(TIMEOUT.minus(CLOCK));
        } else {
            assertThat(outcome).isEqualTo(ReleaseOutcome.RELEASED);
        }
    }

    static String key(String lock) {
        return "mortise:{" + lock + "}";
    }

    final int slot(String lock) {
        return cluster().slotOf(key(lock));
    }

    final RedisProcess masterOf(String lock) {
        return cluster().masterOf(key(lock));
    }

    /** A name that begins so. */
    static String named(String prefix, Predicate<String> wanted) {
        return IntStream.range(0, 1_000_000)
                .mapToObj(i -> prefix + i)
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    /** Another name in the same slot. */
    final String besides(String lock) {
        return named(lock + "-", other -> slot(other) == slot(lock));
    }

    final RedisProcess otherThan(RedisProcess master) {
        return cluster().masters().stream()
                .filter(node -> node != master)
                .findFirst()
                .orElseThrow();
    }

    final void untilNothingIsLeft() {
        until(
                "nothing is left",
                () -> cluster().masters().stream()
                        .allMatch(node -> node.command("KEYS", "*{*") instanceof List<?> keys && keys.isEmpty()));
    }
}
