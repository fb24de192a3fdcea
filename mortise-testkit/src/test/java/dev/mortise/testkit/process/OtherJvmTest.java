package dev.mortise.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OtherJvmTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT_LEASE = Duration.ofMillis(600);

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().password("p@ss word"));

    private static OtherJvm jvm;

    @BeforeAll
    static void start() {
        jvm = OtherJvm.start(redis.uri());
    }

    @AfterAll
    static void close() {
        jvm.close();
        assertThat(jvm.isAlive()).isFalse();
    }

    @Test
    void it_holds_waits_and_hands_over() throws InterruptedException {
        try (Mortise here = RedisMortise.connect(redis.uri())) {
            DistributedLock lock = here.lock("a name with blanks, ü and %");

            long first = jvm.acquire(lock.name());
            assertThat(lock.isLocked()).isTrue();
            assertThat(jvm.isValid(lock.name())).isTrue();
            assertThat(jvm.fencingToken(lock.name())).isEqualTo(first);
            assertThat(jvm.release(lock.name())).isEqualTo(ReleaseOutcome.RELEASED);
            assertThat(jvm.isValid(lock.name())).isFalse();

            Lease mine = lock.acquire();
            PendingGrant pending = jvm.beginAcquire(lock.name());
            await().until(() -> !lock.inspect().waiters().isEmpty());
            assertThat(pending.isGranted()).isFalse();
            mine.release();
            assertThat(pending.awaitGranted(LONG)).isGreaterThan(mine.fencingToken());
            assertThat(pending.isGranted()).isTrue();
        }
    }

    @Test
    void a_lease_moves_between_the_jvms_and_keeps_its_token() {
        try (Mortise here = RedisMortise.connect(redis.uri())) {
            long token = jvm.acquire("l");

            Lease adopted = here.adopt(LeaseTicket.decode(jvm.detach("l")));
            assertThat(adopted.fencingToken()).isEqualTo(token);
            assertThat(jvm.isValid("l")).isFalse();

            String ticket = adopted.detach().encode();
            assertThat(jvm.adopt(ticket)).isEqualTo(token);
            assertThat(jvm.isValid("l")).isTrue();
            assertThatThrownBy(() -> jvm.adopt(ticket))
                    .isInstanceOfSatisfying(
                            OtherJvmException.class,
                            e -> assertThat(e.type()).isEqualTo(LeaseLostException.class.getName()));
        }
    }

    @Test
    void a_paused_holder_loses_its_lease_and_knows_it_when_it_goes_on() throws InterruptedException {
        try (Mortise here = RedisMortise.connect(redis.uri())) {
            long stale = jvm.acquire("l", SHORT_LEASE, Renewal.OFF);
            jvm.pause();

            Lease next = here.lock("l").acquire(AcquireOptions.waitUpTo(LONG));
            assertThat(next.fencingToken()).isGreaterThan(stale);

            jvm.resume();
            assertThat(jvm.isValid("l")).isFalse();
            assertThat(jvm.fencingToken("l")).isEqualTo(stale);
        }
    }

    @Test
    void what_it_never_held_it_says_it_never_held() {
        assertThatThrownBy(() -> jvm.release("x"))
                .isInstanceOf(OtherJvmException.class)
                .hasMessageContaining("never had x");
    }

    @Test
    void a_killed_jvm_releases_nothing_and_answers_no_more() {
        try (Mortise here = RedisMortise.connect(redis.uri());
                OtherJvm victim = OtherJvm.start(redis.uri(), Duration.ofSeconds(1))) {
            victim.acquire("l", Duration.ofSeconds(20));
            PendingGrant never = victim.beginAcquire("l");

            victim.kill();

            assertThat(victim.isAlive()).isFalse();
            assertThat(here.lock("l").isLocked()).isTrue();
            assertThatIllegalStateException()
                    .isThrownBy(() -> never.awaitGranted(LONG))
                    .withMessageContaining("has ended");
            assertThatIllegalStateException().isThrownBy(() -> victim.isValid("l"));
        }
    }

    @Test
    void a_closed_jvm_has_released_its_locks() {
        try (Mortise here = RedisMortise.connect(redis.uri())) {
            try (OtherJvm closed = OtherJvm.start(redis.uri())) {
                closed.acquire("l");
                closed.pause();
            }
            assertThat(here.lock("l").isLocked()).isFalse();
        }
    }

    @Test
    void a_jvm_that_cannot_connect_says_so_and_is_gone() {
        assertThatThrownBy(() -> OtherJvm.start("redis://127.0.0.1:1"))
                .isInstanceOfSatisfying(
                        OtherJvmException.class,
                        e -> assertThat(e.type()).isEqualTo(LockUnavailableException.class.getName()));
    }
}
