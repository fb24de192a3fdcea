package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.OnLoss;
import dev.mortise.Owner;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Bad arguments throw at once, naming the parameter; nothing is corrected in silence. */
@SuppressWarnings({"NullAway", "try"}) // null is what some of these tests are about
abstract class ArgumentContract extends ForceContract {
    private static final AcquireOptions ANY = AcquireOptions.defaults();

    @Test
    void names_are_checked() {
        Mortise client = client();
        assertThatThrownBy(() -> client.lock(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("name");
        refused("name", () -> client.lock(""));
        refused("name", () -> client.lock("a\nb"));
        refused("name", () -> client.lock("a\u0000"));
        refused("name", () -> client.lock("a\u0085"));
        refused("name", () -> client.lock("\ud800"));
        refused("512", () -> client.lock("x".repeat(513)));
        refused("512", () -> client.lock("ü".repeat(257)));
    }

    @Test
    void every_other_name_is_a_lock_of_its_own() throws Exception {
        Mortise client = client();
        List<String> names = List.of(
                "x".repeat(512),
                "ü".repeat(256),
                " ",
                "{",
                "}",
                "{}",
                "{a}b",
                "%",
                "%7B",
                "*",
                ":",
                "client:a",
                "meta",
                "😀",
                "ü",
                "u\u0308",
                "A",
                "a");
        for (String name : names) {
            Lease held = client.lock(name).acquire();
            assertThat(client.lock(name).tryAcquire()).as(name).isEmpty();
            assertThat(held.lockName()).isEqualTo(name);
        }
        for (String name : names) {
            assertThat(client.admin().forceRelease(name, "contract")).as(name).isEqualTo(1);
        }
    }

    @Test
    void a_grant_that_was_waited_for_finds_its_waiter_whatever_the_name() throws Exception {
        Mortise client = client();
        for (String name : List.of("{a} b:*%7D", "ü😀", "a\u00a0b")) {
            DistributedLock lock = client.lock(name);
            Lease held = lock.acquire();
            Background<Lease> waiter = waiting(lock, 0);
            held.release();
            waiter.get().release();
        }
    }

    @Test
    void waits_are_checked() {
        DistributedLock lock = client().lock(name());
        for (Duration wrong :
                List.of(Duration.ofNanos(-1), Duration.ofDays(-400), Duration.ofSeconds(Long.MAX_VALUE))) {
            refused("maxWait", () -> lock.acquire(wrong));
            refused("maxWait", () -> lock.tryAcquire(wrong));
            refused("maxWait", () -> AcquireOptions.waitUpTo(wrong));
            refused("maxWait", () -> ANY.maxWait(wrong));
        }
        assertThatThrownBy(() -> lock.acquire((Duration) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> lock.acquire((AcquireOptions) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> lock.tryAcquire((AcquireOptions) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> lock.acquireAsync(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> lock.tryAcquireAsync(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> lock.call(ANY, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> lock.callAsync(ANY, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> lock.asLock(null)).isInstanceOf(NullPointerException.class);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void leases_are_checked() throws Exception {
        for (Duration wrong :
                List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(999_999), Duration.ofDays(366))) {
            refused("lease", () -> ANY.lease(wrong));
            refused("maxHold", () -> ANY.maxHold(wrong));
        }
        refused("maxHold", () -> ANY.maxHold(Duration.ofMillis(99)));
        DistributedLock lock = client().lock(name());
        refused("lease", () -> lock.tryAcquire(ANY.lease(Duration.ofMillis(99))));
        try (Lease lease = lock.acquire()) {
            for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(99), Duration.ofDays(366))) {
                refused("lease", () -> lease.extend(wrong));
            }
            for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-5), Duration.ofDays(366))) {
                refused("atLeast", () -> lease.ensure(wrong));
            }
            assertThatThrownBy(() -> lease.extend(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> lease.ensure(null)).isInstanceOf(NullPointerException.class);
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void a_renewed_lease_is_long_enough_to_be_renewed() throws Exception {
        DistributedLock lock = client().lock(name());
        AcquireOptions tooShort = ANY.lease(Duration.ofMillis(5999));
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> lock.acquire(tooShort),
                () -> lock.tryAcquire(tooShort),
                () -> lock.acquireAsync(tooShort),
                () -> lock.tryAcquireAsync(tooShort),
                () -> lock.call(tooShort, lease -> ""),
                () -> lock.asLock(tooShort))) {
            assertThatThrownBy(attempt)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("lease", "5.999", "6S");
        }
        lock.acquire(ANY.lease(Duration.ofSeconds(6))).release();
        lock.acquire(tooShort.renewal(Renewal.OFF)).release();
    }

    @Test
    void a_renewed_lease_cannot_be_made_too_short_to_be_renewed() throws Exception {
        DistributedLock lock = client().lock(name());
        try (Lease lease = lock.acquire()) {
            refused("lease", () -> lease.extend(Duration.ofSeconds(5)));
            assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void labels_and_owners_are_checked() {
        refused("label", () -> ANY.label("x".repeat(257)));
        refused("label", () -> ANY.label("tab\there"));
        refused("label", () -> ANY.label("\udc00"));
        refused("owner", () -> Owner.of("x".repeat(129)));
        refused("owner", () -> Owner.of(""));
        refused("owner", () -> Owner.of("line\nfeed"));
        assertThatThrownBy(() -> ANY.label(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Owner.of(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ANY.owner(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ANY.renewal(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ANY.onLoss(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ANY.durability(null)).isInstanceOf(NullPointerException.class);
        assertThatCode(() -> ANY.label("x".repeat(256)).onLoss(OnLoss.NOTIFY)).doesNotThrowAnyException();
    }

    @Test
    void a_label_and_an_owner_are_shown_as_they_are() throws Exception {
        DistributedLock lock = client().lock(name());
        AcquireOptions odd = ANY.label("50 % {done} 😀 \\").owner(Owner.of("über:job|1"));
        try (Lease held = lock.acquire(odd)) {
            assertThat(lock.inspect().holders()).singleElement().satisfies(holder -> {
                assertThat(holder.label()).isEqualTo("50 % {done} 😀 \\");
                assertThat(holder.owner()).isEqualTo("über:job|1");
                assertThat(holder.fencingToken()).isEqualTo(held.fencingToken());
            });
        }
    }

    @Test
    void a_durability_that_cannot_be_had_is_an_error_and_leaves_the_lock_free() {
        needsOneAuthority();
        DistributedLock lock = shortLived().lock(name());
        for (Durability never : List.of(Durability.replicas(1_000), Durability.aof(0, 1_000))) {
            assertThatThrownBy(() -> lock.acquire(ANY.durability(never)))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("given back");
            assertThatThrownBy(() -> lock.asLock(ANY.durability(never)).lock())
                    .isInstanceOf(LockUnavailableException.class);
        }
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void force_wants_a_reason() {
        Mortise client = client();
        refused("reason", () -> client.admin().forceRelease(name(), " "));
        refused("reason", () -> client.admin().forceRelease(name(), "x".repeat(129)));
        refused("reason", () -> client.admin().forceRelease(name(), "tab\there"));
        refused("name", () -> client.admin().forceRelease("", "contract"));
        refused("name", () -> client.admin().inspect(""));
        refused("name", () -> client.admin().collect(""));
    }

    @Test
    void tickets_are_checked() {
        Mortise client = client();
        assertThatThrownBy(() -> client.adopt(null)).isInstanceOf(NullPointerException.class);
        for (String wrong : List.of(
                "",
                "mt1",
                "mt2.YQ.id.1.0.1000.ON",
                "mt1.YQ.id.0.0.1000.ON",
                "mt1.YQ..1.0.1000.ON",
                "mt1.YQ.id.x.0.1000.ON",
                "mt1.YQ.id.1.0.-5.ON",
                "mt1.YQ.id.1.0.1000.MAYBE")) {
            assertThatThrownBy(() -> LeaseTicket.decode(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lease ticket");
        }
        assertThatThrownBy(() -> client.adopt(
                        new LeaseTicket(name(), "no such lease", 5, 0, Duration.ofSeconds(30), Renewal.ON)))
                .isInstanceOf(dev.mortise.LeaseLostException.class);
        refused(
                "name",
                () -> client.adopt(new LeaseTicket("", "no such lease", 5, 0, Duration.ofSeconds(30), Renewal.ON)));
    }

    private static void refused(String what, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(what);
    }
}
