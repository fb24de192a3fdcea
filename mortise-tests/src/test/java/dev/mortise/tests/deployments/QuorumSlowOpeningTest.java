package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.QuorumMortise;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The nodes of a quorum connect, but answer too late for a while, as on a machine that is busy. */
final class QuorumSlowOpeningTest extends OnQuorum {
    private static final Duration SHORT_LEASE = Duration.ofSeconds(2);

    /** As much as that lease allows. */
    private static final Duration NODE_TIMEOUT = SHORT_LEASE.dividedBy(24);

    private static final Duration LATE = Duration.ofMillis(150);

    private static final String USER = "app";

    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(3);

    @AfterEach
    void mayDoAll() {
        masters.deployment().nodes().forEach(node -> node.command("ACL", "DELUSER", USER));
    }

    @Test
    void a_client_opens_when_they_answer_in_time_before_its_opening_is_over() throws Exception {
        QuorumMortise client = closing(get(openedWhileSlow(FaultProxy::uri)));
        Lease held = answer(() -> client.lock("a").acquire());
        CompletableFuture<Lease> next =
                inThread(() -> answer(() -> client.lock("a").acquire()));
        untilWaiting(client.lock("a"), 1);
        held.release();
        get(next).release();
    }

    @Test
    void a_right_that_is_missing_is_named_though_they_were_slow_to_say_so() {
        masters.deployment()
                .nodes()
                .forEach(node -> node.command(
                        "ACL", "SETUSER", USER, "on", ">p", "allkeys", "allchannels", "+@all", "-publish"));
        CompletableFuture<QuorumMortise> opening =
                openedWhileSlow(proxy -> "redis://" + USER + ":p@127.0.0.1:" + proxy.port());
        assertThatThrownBy(() -> closing(get(opening)))
                .cause()
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("lacks rights: command PUBLISH");
    }

    /** The nodes answer in time some time after all of them were asked. */
    private CompletableFuture<QuorumMortise> openedWhileSlow(Function<FaultProxy, String> uri) {
        List<FaultProxy> proxies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FaultProxy proxy =
                    closing(FaultProxy.to(masters.deployment().nodes().get(i)));
            proxy.delay(Direction.TO_CLIENT, LATE);
            proxies.add(proxy);
        }
        CompletableFuture<QuorumMortise> opening =
                inThread(() -> builder(proxies.stream().map(uri).toList())
                        .lease(SHORT_LEASE)
                        .nodeTimeout(NODE_TIMEOUT)
                        .build());
        until("all were asked", () -> opening.isDone() || proxies.stream().allMatch(QuorumSlowOpeningTest::isAsked));
        long began = System.nanoTime();
        until("it takes its time", () -> opening.isDone() || System.nanoTime() - began > 4 * LATE.toNanos());
        proxies.forEach(proxy -> proxy.delay(Direction.TO_CLIENT, Duration.ZERO));
        return opening;
    }

    /** The client has connected to it, and sent a script. */
    private static boolean isAsked(FaultProxy proxy) {
        return proxy.requestsByCommand().getOrDefault("EVAL", 0L) > 0
                || proxy.requestsByCommand().getOrDefault("EVALSHA", 0L) > 0;
    }
}
