package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.ClientStatus;
import dev.mortise.ClientStatus.Deployment;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockEvent.NotAcquired.Reason;
import dev.mortise.Mortise;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client says of itself. */
@SuppressWarnings("try") // what is held is held for its time
abstract class StatusContract extends ClosingContract {
    @Test
    void a_client_that_does_nothing_is_reachable_and_says_where_it_is() {
        Mortise client = client();
        until(
                "the first heartbeat was answered",
                () -> client.status().lastAnswer().isPresent());
        ClientStatus status = client.status();
        assertThat(status.isReachable()).isTrue();
        assertThat(status.isInboxHeard()).isTrue();
        assertThat(status.roundTrip()).isPositive().isLessThan(PATIENCE);
        assertThat(status.lastError()).isEmpty();
        assertThat(status.lastRenewal()).isEmpty();
        assertThat(status.held() + status.waiting()).isZero();
        assertThat(status.oldestHold()).isZero();
        assertThat(status.oldestWait()).isZero();
        assertThat(status.servers()).isNotEmpty().allSatisfy(server -> {
            assertThat(server.address()).isNotBlank();
            assertThat(server.isReachable()).isTrue();
            assertThat(server.lastError()).isEmpty();
        });
        assertThat(status.deployment() == Deployment.QUORUM).isEqualTo(!isOneAuthority());
        assertThat(status.counters().notAcquired()).containsOnlyKeys(Reason.values());
        assertThat(client.clientStatus().deployment()).isEqualTo(status.deployment());
    }

    @Test
    void what_is_held_and_waited_for_is_counted_exactly() throws Exception {
        Mortise here = client();
        Mortise there = client();
        Lease mine = here.lock(name()).acquire();
        Lease theirs = there.lock(name() + "theirs").acquire();
        Background<Lease> waiter = waiting(here.lock(name() + "theirs"), 0);
        Background<Lease> inside = waiting(here.lock(name()), 0);
        ClientStatus status = here.status();
        assertThat(status.held()).isOne();
        assertThat(status.waiting()).isEqualTo(2);
        assertThat(status.oldestHold()).isPositive();
        assertThat(status.oldestWait()).isPositive().isLessThan(status.oldestHold());
        assertThat(there.status().held()).isOne();
        assertThat(there.status().waiting()).isZero();
        mine.release();
        theirs.release();
        waiter.get().release();
        inside.get().release();
        until("nothing is left", () -> here.status().waiting() == 0);
        assertThat(here.status().held()).isZero();
        assertThat(here.status().counters().acquired()).isEqualTo(3);
        assertThat(here.status().counters().released()).isEqualTo(3);
    }

    @Test
    void ends_are_counted_by_what_they_were() throws Exception {
        Mortise here = client();
        Mortise there = client();
        Lease lost = here.lock(name() + "lost").acquire();
        Lease held = there.lock(name()).acquire();
        assertThat(here.lock(name()).tryAcquire()).isEmpty();
        assertThat(here.lock(name()).tryAcquire(Duration.ofMillis(5))).isEmpty();
        CompletableFuture<Lease> cancelled = here.lock(name()).acquireAsync(AcquireOptions.defaults());
        untilWaiting(there.lock(name()), 1);
        cancelled.cancel(true);
        until("it is counted", () -> count(here, Reason.CANCELLED) == 1);
        there.admin().forceRelease(name() + "lost", "for the test");
        until("the loss is known", () -> !lost.isValid());
        until("it is counted", () -> here.status().counters().lost() == 1);
        assertThat(here.status().held()).isZero();
        assertThat(here.status().counters().timedOut()).isEqualTo(2);
        assertThat(here.status().counters().acquired()).isOne();
        assertThat(here.status().counters().released()).isZero();
        assertThat(here.status().counters().leaked()).isZero();
        held.release();
    }

    @Test
    void a_lease_that_is_over_or_gone_elsewhere_is_not_held() throws Exception {
        Mortise client = client();
        AcquireOptions brief =
                AcquireOptions.defaults().lease(Duration.ofMillis(300)).renewal(Renewal.OFF);
        Lease over = client.lock(name()).acquire(brief);
        until("over", () -> client.status().held() == 0);
        assertThat(over.isValid()).isFalse();
        LeaseTicket ticket = client.lock(name() + "ticket").acquire().detach();
        assertThat(client.status().held()).isZero();
        Lease adopted = client.adopt(ticket);
        assertThat(client.status().held()).isOne();
        adopted.release();
        assertThat(client.status().held()).isZero();
    }

    @Test
    void a_renewal_tells_when_and_how_fast() throws Exception {
        Mortise client = client();
        try (Lease lease = client.lock(name()).acquire()) {
            lease.extend(Duration.ofSeconds(40));
            ClientStatus status = client.status();
            assertThat(status.lastRenewal()).hasValueSatisfying(renewal -> {
                assertThat(renewal.roundTrip()).isPositive().isLessThan(PATIENCE);
                assertThat(renewal.ago()).isLessThan(PATIENCE);
            });
            assertThat(status.lastAnswer()).isPresent();
        }
    }

    @Test
    void a_closed_client_holds_nothing_and_still_tells() throws Exception {
        Mortise client = client();
        Lease lease = client.lock(name()).acquire();
        client.close();
        ClientStatus status = client.status();
        assertThat(lease.isValid()).isFalse();
        assertThat(status.held() + status.waiting()).isZero();
        assertThat(status.counters().lost()).isOne();
        assertThat(status.servers()).isNotEmpty();
    }

    @Test
    void counters_are_exact_under_many_threads() {
        Mortise client = client();
        int threads = 8;
        int each = cycles() / threads;
        List<Background<Integer>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(Background.start(() -> {
                int granted = 0;
                for (int cycle = 0; cycle < each; cycle++) {
                    if (cycle % 5 == 0) {
                        granted += client.lock(name())
                                .tryAcquire()
                                .map(lease -> {
                                    lease.release();
                                    return 1;
                                })
                                .orElse(0);
                    } else {
                        client.lock(name()).acquire().release();
                        granted++;
                    }
                }
                return granted;
            }));
        }
        int granted = all.stream().mapToInt(Background::get).sum();
        ClientStatus.Counters counters = client.status().counters();
        assertThat(counters.acquired()).isEqualTo(granted);
        assertThat(counters.released()).isEqualTo(granted);
        assertThat(counters.timedOut()).isEqualTo(threads * each - granted);
        assertThat(counters.lost() + counters.leaked()).isZero();
        assertThat(client.status().held() + client.status().waiting()).isZero();
    }

    /** How many acquires the threads do together: ten thousand where that takes a moment. */
    private int cycles() {
        return isOneAuthority() ? 10_000 : 800;
    }

    private static long count(Mortise client, Reason reason) {
        return client.status().counters().notAcquired().getOrDefault(reason, 0L);
    }
}
