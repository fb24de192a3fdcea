package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockVictim;
import dev.mortise.Lease;
import dev.mortise.Renewal;
import dev.mortise.admin.StaleKind;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Dropping;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.Remains;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.OtherJvm;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left on a real server by clients that ended without a word. */
final class LeftoversTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    /** Shorter than anybody would want it, as tests do not wait for a minute. */
    private static final long GRACE = 1000;

    private static final String DEAD = "dead567890123456789012";
    private static final String LOCK = "a";

    private ScriptLockStore store;
    private Remains remains;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void open() {
        store = store("observer90123456789012");
        remains = store.remains();
    }

    @Test
    void a_lease_without_expiry_goes_when_nothing_was_heard_of_it_for_the_grace_time() {
        granted(DEAD + "-1", 0);
        assertThat(get(remains.of(LOCK, GRACE)).stale()).isEmpty();
        assertThat(get(remains.of(LOCK, GRACE)).fresh()).containsExactly(DEAD + "-1");
        Leftover lease = untilStale(StaleKind.UNTIL_RELEASED_LEASE);
        assertThat(lease.clientId()).isEqualTo(DEAD);
        assertThat(lease.tag()).isEqualTo(new Tag("owner", "label"));
        assertThat(drop(lease)).isEqualTo(Dropping.DROPPED);
        assertThat(drop(lease)).isEqualTo(Dropping.KEPT);
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void a_lease_that_is_over_goes_and_the_waiter_behind_it_gets_the_lock() {
        granted(DEAD + "-1", 200);
        Leftover lease = untilStale(StaleKind.EXPIRED_LEASE);
        assertThat(drop(lease)).isEqualTo(Dropping.DROPPED);
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void a_waiter_that_asks_no_more_goes() {
        granted("live567890123456789012-1", 60_000);
        ask(DEAD + "-2", 60_000, true);
        Leftover waiter = untilStale(StaleKind.WAITER);
        // It was never seen to ask, so the server begins to count.
        assertThat(drop(waiter)).isIn(Dropping.LATER, Dropping.DROPPED);
        until("it is gone", () -> get(remains.of(LOCK, GRACE)).stale().isEmpty() || drop(waiter) == Dropping.DROPPED);
        assertThat(get(store.inspect(LOCK)).waiters()).isEmpty();
        assertThat(get(store.inspect(LOCK)).holders()).hasSize(1);
    }

    @Test
    void a_killed_process_leaves_a_waiter_that_goes_and_a_live_one_stays() throws Exception {
        long polls = 6000;
        granted("live567890123456789012-1", 60_000);
        CompletableFuture<Lease> live = client().lock(LOCK).acquireAsync(AcquireOptions.defaults());
        untilWaiting(1);
        try (OtherJvm dead = OtherJvm.start(server().uri())) {
            dead.beginAcquire(LOCK, Duration.ofSeconds(30), Renewal.ON);
            untilWaiting(2);
            dead.kill();
        }
        until("the dead one is gone", () -> {
            List<Leftover> stale = get(remains.of(LOCK, polls)).stale();
            return get(remains.drop(LOCK, stale, polls)).contains(Dropping.DROPPED);
        });
        assertThat(get(store.inspect(LOCK)).waiters()).hasSize(1);
        assertThat(get(store.release(LOCK, "live567890123456789012-1", 1, 0))).isTrue();
        assertThat(get(live).isValid()).isTrue();
    }

    private void untilWaiting(int count) {
        until("they wait", () -> get(store.inspect(LOCK)).waiters().size() == count);
    }

    @Test
    void the_key_of_a_lock_that_nobody_uses_goes_if_it_does_not_go_by_itself() {
        get(store.withdraw(LOCK, DEAD + "-1", 500));
        assertThat(lockKeys()).hasSize(1);
        assertThat(get(remains.of(LOCK, GRACE)).stale()).as("it is needed").isEmpty();
        assertThat(get(remains.drop(LOCK, List.of(key()), GRACE))).containsExactly(Dropping.KEPT);
        server().command("PERSIST", lockKeys().get(0));
        Leftover key = untilStale(StaleKind.ORPHANED_KEY);
        StaleReport report = client().admin().collectStale(StalePolicy.defaults(), true);
        assertThat(report.items()).extracting(StaleReport.Item::kind).containsExactly(StaleKind.ORPHANED_KEY);
        assertThat(drop(key)).isEqualTo(Dropping.DROPPED);
        assertThat(lockKeys()).isEmpty();
    }

    @Test
    void a_record_of_a_wait_that_nobody_refreshes_goes() {
        WaitRecord record = new WaitRecord(
                "owner",
                1,
                DEAD,
                new Tag("shown", ""),
                0,
                DeadlockVictim.YOUNGEST,
                List.of(new WaitRecord.Wanted(LOCK, "w", "w", 1, 1, 0)),
                List.of(new WaitRecord.Held("b", "h", 1, 0)));
        get(store.waits().enter(record, new WaitRegister.Term(300, 300)));
        assertThat(get(remains.waits(GRACE, true))).isEmpty();
        until("it is stale", () -> get(remains.waits(GRACE, false)).size() == 1);
        assertThat(get(remains.waits(GRACE, true))).singleElement().satisfies(wait -> {
            assertThat(wait.clientId()).isEqualTo(DEAD);
            assertThat(wait.tag().owner()).isEqualTo("shown");
        });
        assertThat(keys()).noneMatch(key -> key.endsWith(":waits"));
    }

    @Test
    void a_heartbeat_without_an_end_gets_one_and_no_other_is_touched() {
        client();
        untilAlive(1);
        server().command("HSET", "mortise:client:" + DEAD, "host", "gone", "pid", "1", "name", "", "version", "1");
        StaleReport report = client().admin().collectStale(StalePolicy.defaults(), false);
        assertThat(report.items()).singleElement().satisfies(item -> {
            assertThat(item.kind()).isEqualTo(StaleKind.HEARTBEAT);
            assertThat(item.toString()).contains(DEAD.substring(0, 6));
        });
        assertThat((Long) server().command("PTTL", "mortise:client:" + DEAD)).isPositive();
    }

    @Test
    void a_damaged_record_is_left_alone_and_told() {
        server().command("HSET", "mortise:{broken}", "v", "what is this");
        granted(DEAD + "-1", 100);
        untilStale(StaleKind.EXPIRED_LEASE);
        StaleReport report = client().admin().collectStale(StalePolicy.defaults(), false);
        assertThat(report.removed()).isOne();
        assertThat(server().command("HGET", "mortise:{broken}", "v")).isEqualTo("what is this");
    }

    private void granted(String leaseId, long leaseMillis) {
        assertThat(ask(leaseId, leaseMillis, false)).isInstanceOf(AcquireReply.Granted.class);
    }

    private AcquireReply ask(String leaseId, long leaseMillis, boolean queue) {
        return get(store.acquire(new AcquireRequest(
                LOCK, leaseId, Shape.MUTEX, 1, leaseMillis, queue, 0, new Tag("owner", "label"), 100, 0)));
    }

    private Leftover untilStale(StaleKind kind) {
        until("it is stale", () -> found().stale().stream().anyMatch(each -> each.kind() == kind));
        return found().stale().stream()
                .filter(each -> each.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private FoundLeftovers found() {
        return get(remains.of(LOCK, GRACE));
    }

    private Dropping drop(Leftover what) {
        return get(remains.drop(LOCK, List.of(what), GRACE)).get(0);
    }

    private static Leftover key() {
        return new Leftover(StaleKind.ORPHANED_KEY, "", "", Leftover.NOBODY, 0);
    }
}
