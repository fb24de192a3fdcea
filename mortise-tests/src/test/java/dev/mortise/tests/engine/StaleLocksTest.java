package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockVictim;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.admin.StaleKind;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.admin.StaleReport.Outcome;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What dead clients left behind is collected, and what live ones have stays. */
final class StaleLocksTest extends OnFakeTime {
    private static final AcquireOptions NO_EXPIRY = ANY.untilReleased();
    private static final StalePolicy USUAL = StalePolicy.defaults();

    /** The grace time, and the longest time between two signs of a client that lives. */
    private static final long GONE = 71_000;

    /** Of a lease whose object nobody has, the renewal ends. */
    private final List<Lease> held = new ArrayList<>();

    @Test
    void a_lease_without_expiry_of_a_client_that_died_is_reported_and_collected() throws Exception {
        held.add(client.lock("a").acquire(NO_EXPIRY.label("nightly")));
        held.add(client.lock("b").acquire(NO_EXPIRY));
        die();
        pass(GONE);
        StaleReport dry = other.admin().collectStale(USUAL, true);
        assertThat(dry.found()).isEqualTo(2);
        assertThat(dry.removed()).isZero();
        assertThat(dry.locks()).isEqualTo(2);
        assertThat(dry.items()).extracting(StaleReport.Item::outcome).containsOnly(Outcome.WOULD_BE_REMOVED);
        assertThat(dry.toString())
                .contains("lease without expiry of lock 'a'", "\"nightly\"", "not renewed since 20", "dry run");
        assertThat(other.lock("a").isLocked()).isTrue();
        StaleReport done = other.admin().collectStale(USUAL, false);
        assertThat(done.removed()).isEqualTo(2);
        assertThat(done.isComplete()).isTrue();
        assertThat(done.items()).allSatisfy(item -> {
            assertThat(item.kind()).isEqualTo(StaleKind.UNTIL_RELEASED_LEASE);
            assertThat(item.outcome()).isEqualTo(Outcome.REMOVED);
            assertThat(item.client()).isPresent();
            assertThat(item.since()).isPresent();
        });
        assertThat(server.locks()).isEmpty();
        assertThat(other.admin().collectStale(USUAL, false).found()).isZero();
    }

    @Test
    void a_live_client_that_was_disconnected_for_nearly_a_minute_keeps_its_lease_and_its_place() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        held.add(other.lock("b").acquire());
        CompletableFuture<Lease> waiter = client.lock("b").acquireAsync(ANY);
        time.runCallbacks();
        for (int turn = 0; turn < 10; turn++) {
            // The client itself counts 60 s from its last sign.
            int renewals = asked(StoreOperation.RENEW);
            while (asked(StoreOperation.RENEW) == renewals) {
                pass(10);
            }
            store.disconnect();
            pass(58_000);
            store.reconnect();
            pass(1000);
            StaleReport report = other.admin().collectStale(USUAL, false);
            assertThat(report.found()).as("%s", report).isZero();
            pass(20_000);
            assertThat(lease.isValid()).isTrue();
        }
        assertThat(waiter).isNotDone();
        assertThat(other.admin().inspect("b").waiters()).hasSize(1);
    }

    @Test
    void nothing_is_collected_of_a_client_that_is_cut_off_for_59_seconds_wherever_it_stands_between_two_renewals()
            throws Exception {
        held.add(other.lock("b").acquire());
        kept(client.lock("b").acquireAsync(ANY));
        for (int phase = 0; phase < 20; phase++) {
            String lock = "a" + phase;
            held.add(client.lock(lock).acquire(NO_EXPIRY));
            pass(20_000 + 700 * phase);
            store.disconnect();
            pass(59_000);
            StaleReport report = other.admin().collectStale(USUAL, false);
            assertThat(report.found()).as("phase %s: %s", phase, report).isZero();
            assertThat(server.describe(lock)).contains("holder");
            store.reconnect();
            time.runCallbacks();
        }
        assertThat(held).hasSize(21);
    }

    @Test
    void waiters_of_a_client_that_died_leave_the_queue_and_those_that_live_stay() throws Exception {
        Lease mine = other.lock("a").acquire();
        kept(client.lock("a").acquireAsync(ANY));
        CompletableFuture<Lease> live = other.lock("a").acquireAsync(ANY);
        pass(10_000);
        die();
        pass(GONE);
        StaleReport report = other.admin().collectStale(USUAL, false);
        assertThat(report.items()).singleElement().satisfies(item -> {
            assertThat(item.kind()).isEqualTo(StaleKind.WAITER);
            assertThat(item.lockName()).isEqualTo("a");
        });
        assertThat(other.admin().inspect("a").waiters()).hasSize(1);
        mine.release();
        assertThat(had(live).isValid()).isTrue();
    }

    @Test
    void a_waiter_that_was_never_seen_to_ask_is_not_reported_before_the_server_has_seen_it_for_the_grace_time()
            throws Exception {
        held.add(other.lock("a").acquire());
        kept(client.lock("a").acquireAsync(ANY));
        held.add(other.semaphore("s", 1).acquire(1, ANY));
        die();
        pass(1000);
        assertThat(other.admin().collectStale(USUAL, false).found()).isZero();
        assertThat(other.admin().inspect("a").waiters()).hasSize(1);
        pass(GONE);
        assertThat(other.admin().collectStale(USUAL, false).removed()).isOne();
    }

    @Test
    void a_lease_that_is_over_and_still_on_record_is_collected() throws Exception {
        held.add(client.lock("a").acquire());
        die();
        pass(20_000);
        assertThat(other.admin().collectStale(USUAL, false).found()).isZero();
        pass(20_000);
        StaleReport report = other.admin().collectStale(USUAL, false);
        assertThat(report.items()).extracting(StaleReport.Item::kind).containsExactly(StaleKind.EXPIRED_LEASE);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_server_that_was_just_started_with_old_data_must_see_it_twice_or_be_up_for_the_grace_time() throws Exception {
        Lease lease = client.lock("a").acquire(NO_EXPIRY);
        InMemoryServer.Snapshot old = server.snapshot();
        pass(Duration.ofMinutes(10).toMillis());
        server.restart(old);
        otherStore.reconnect();
        pass(20_000);
        StaleReport early = other.admin().collectStale(USUAL, false);
        assertThat(early.items()).extracting(StaleReport.Item::outcome).containsExactly(Outcome.LATER);
        assertThat(early.toString()).contains("stays for now");
        store.reconnect();
        pass(GONE);
        assertThat(other.admin().collectStale(USUAL, false).found()).isZero();
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void only_what_the_policy_names_is_looked_for() throws Exception {
        held.add(client.lock("jobs/1").acquire(NO_EXPIRY));
        held.add(client.lock("other").acquire(NO_EXPIRY));
        held.add(client.lock("jobs/2").acquire());
        die();
        pass(GONE);
        StaleReport kinds = other.admin().collectStale(USUAL.kinds(StaleKind.EXPIRED_LEASE), true);
        assertThat(kinds.items()).extracting(StaleReport.Item::lockName).containsExactly("jobs/2");
        StaleReport named = other.admin().collectStale(USUAL.pattern("jobs/*"), true);
        assertThat(named.items()).extracting(StaleReport.Item::lockName).containsExactlyInAnyOrder("jobs/1", "jobs/2");
        assertThat(named.locks()).isEqualTo(2);
        StaleReport patient = other.admin().collectStale(USUAL.grace(Duration.ofMinutes(5)), true);
        assertThat(patient.items()).extracting(StaleReport.Item::lockName).containsExactly("jobs/2");
        assertThatThrownBy(() -> USUAL.grace(Duration.ofSeconds(59)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grace");
    }

    @Test
    void records_of_waits_that_nobody_refreshes_are_collected() {
        WaitRecord record =
                new WaitRecord("o", 1, "c", Leftover.NOBODY, 0, DeadlockVictim.YOUNGEST, List.of(), List.of());
        otherStore.waits().enter(record, new WaitRegister.Term(15_000, 2_000));
        pass(60_000);
        assertThat(other.admin().collectStale(USUAL, false).found()).isZero();
        pass(GONE);
        StaleReport report = other.admin().collectStale(USUAL, false);
        assertThat(report.items()).extracting(StaleReport.Item::kind).containsExactly(StaleKind.WAIT_RECORD);
        assertThat(server.waitingOwners()).isEmpty();
    }

    @Test
    void a_server_that_stops_answering_ends_the_search_and_the_report_says_what_was_done() throws Exception {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            leases.add(client.lock("lock" + i).acquire(NO_EXPIRY));
        }
        die();
        pass(GONE);
        for (int i = 0; i < 3; i++) {
            otherStore.faults().dropNextReply(StoreOperation.COLLECT);
        }
        StaleReport report = other.admin().collectStale(USUAL, false);
        assertThat(report.isComplete()).isFalse();
        assertThat(report.problems()).hasSize(3);
        assertThat(report.locks()).isBetween(3L, 99L);
        assertThat(leases).hasSize(100);
        otherStore.disconnect();
        assertThatThrownBy(() -> other.admin().collectStale(USUAL, false)).isInstanceOf(LockUnavailableException.class);
    }

    /** The process of the client ends without a word. */
    private void die() {
        store.disconnect();
    }
}
