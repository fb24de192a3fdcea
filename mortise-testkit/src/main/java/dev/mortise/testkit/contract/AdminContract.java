package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.ClientInfo;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.Mortise;
import dev.mortise.admin.ForceReport;
import dev.mortise.admin.LockAdmin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything a {@link LockAdmin} promises of many locks. A deployment keeps the contract if a subclass passes that says how to
 * open a client; see {@link DistributedLockContract}.
 */
@SuppressWarnings("try") // what is held is held for its time
public abstract class AdminContract extends WaitGraphContract {
    private static final AcquireOptions ANY = AcquireOptions.defaults();
    private static final int MANY = 2_000;

    /** For subclasses. */
    protected AdminContract() {}

    @Override
    protected abstract Mortise open(ClientSettings settings);

    /** Of this test; all before its first wildcard is in it. */
    private String all() {
        return name() + "*";
    }

    private static List<String> names(Stream<LockInfo> locks) {
        return locks.map(LockInfo::name).sorted().toList();
    }

    @Test
    void what_is_held_or_waited_for_is_listed_as_inspect_shows_it() throws Exception {
        Mortise here = client();
        Mortise there = client(ClientSettings.defaults().named("other"));
        assertThat(here.admin().list(all())).isEmpty();
        Lease held = here.lock(name() + "a").acquire(ANY.label("mine"));
        Lease read = there.readWriteLock(name() + "b").readLock().acquire();
        here.lock(name() + "free").acquire().release();
        Background<Lease> waiter = waiting(there.lock(name() + "a"), 0);

        List<LockInfo> locks = new ArrayList<>(here.admin().list(all()).toList());
        locks.sort((one, other) -> one.name().compareTo(other.name()));
        assertThat(locks).extracting(LockInfo::name).containsExactly(name() + "a", name() + "b");
        assertThat(locks).extracting(LockInfo::kind).containsExactly(LockKind.MUTEX, LockKind.READ_WRITE);
        LockInfo.Holder holder = locks.get(0).holders().get(0);
        assertThat(holder.fencingToken()).isEqualTo(held.fencingToken());
        assertThat(holder.label()).isEqualTo("mine");
        assertThat(holder.client().name()).isEqualTo("contract");
        assertThat(locks.get(0).waiters())
                .singleElement()
                .satisfies(waits -> assertThat(waits.client().name()).isEqualTo("other"));
        assertThat(locks.get(1).holders().get(0).client().name()).isEqualTo("other");
        held.release();
        waiter.get().release();
        read.release();
        assertThat(here.admin().list(all())).isEmpty();
    }

    @Test
    void names_of_all_kinds_are_found_by_patterns_of_all_kinds() throws Exception {
        Mortise client = client();
        String long512 = name() + "x".repeat(512 - name().getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
        List<String> ends =
                List.of("{a}", "}{", "*", "%", " ", "?", "\\", "äöü", "€", "😀", "[a]", "a", "^-]", "a:b", "%41");
        List<Lease> held = new ArrayList<>();
        for (String end : ends) {
            held.add(client.lock(name() + end).acquire());
        }
        held.add(client.lock(long512).acquire());
        LockAdmin admin = client.admin();

        List<String> every =
                new ArrayList<>(ends.stream().map(end -> name() + end).toList());
        every.add(long512);
        assertThat(names(admin.list(all()))).containsExactlyInAnyOrderElementsOf(every);
        assertThat(names(admin.list()).containsAll(every)).isTrue();
        assertThat(names(admin.list(name() + "?")))
                .containsExactlyInAnyOrder(
                        name() + "*",
                        name() + "%",
                        name() + " ",
                        name() + "?",
                        name() + "\\",
                        name() + "€",
                        name() + "😀",
                        name() + "a");
        assertThat(names(admin.list(name() + "[a]"))).containsExactly(name() + "[a]");
        assertThat(names(admin.list(name() + "{?}"))).containsExactly(name() + "{a}");
        assertThat(names(admin.list(name() + "%41"))).containsExactly(name() + "%41");
        assertThat(names(admin.list(name() + "ä?ü"))).containsExactly(name() + "äöü");
        assertThat(names(admin.list(name() + "\\"))).containsExactly(name() + "\\");
        assertThat(names(admin.list("*" + name().substring(12) + "*x"))).containsExactly(long512);
        assertThat(names(admin.list(name()))).isEmpty();
        held.forEach(Lease::release);
    }

    @Test
    void locks_that_stay_are_listed_once_while_others_come_and_go() throws Exception {
        Mortise client = client();
        Mortise reader = client();
        List<CompletableFuture<Lease>> asked = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            asked.add(client.lock(name() + "stays-" + i).acquireAsync(ANY));
            if (i % 100 == 99) {
                asked.forEach(ContractClients::get);
            }
        }
        AtomicBoolean isOver = new AtomicBoolean();
        Background<Integer> others = Background.start(() -> {
            int count = 0;
            while (!isOver.get()) {
                client.lock(name() + "goes-" + count++ % 500).acquire().release();
            }
            return count;
        });
        List<String> listed = names(reader.admin().list(all()));
        isOver.set(true);
        assertThat(others.get()).isPositive();
        assertThat(listed).doesNotHaveDuplicates();
        assertThat(listed.stream().filter(name -> name.contains("stays-"))).hasSize(MANY);

        Iterator<LockInfo> some = reader.admin().list(all()).iterator();
        assertThat(some.next().isLocked()).isTrue();
        assertThat(reader.admin().list(all()).limit(3)).hasSize(3);
        assertThat(reader.admin().list(all()).anyMatch(LockInfo::isLocked)).isTrue();
        asked.forEach(lease -> get(lease).release());
    }

    @Test
    void semaphores_are_listed_with_their_permits() throws Exception {
        needsOneAuthority();
        Mortise client = client();
        Lease two = client.semaphore(name() + "s", 5).acquire(2, ANY);
        assertThat(client.admin().list(all())).singleElement().satisfies(lock -> {
            assertThat(lock.kind()).isEqualTo(LockKind.SEMAPHORE);
            assertThat(lock.permits()).isEqualTo(5);
            assertThat(lock.used()).isEqualTo(2);
        });
        two.release();
    }

    @Test
    void clients_are_listed_while_they_are_open() {
        Instant began = Instant.now().minusSeconds(1);
        String mine = "mine-" + name().hashCode();
        Mortise one = client(ClientSettings.defaults().named(mine));
        Mortise two = client(ClientSettings.defaults().named(mine));
        until("both are on record", () -> count(one, mine) == 2);
        assertThat(one.admin().clients().stream().filter(client -> client.name().equals(mine)))
                .allSatisfy(client -> {
                    assertThat(client.pid()).isEqualTo(ProcessHandle.current().pid());
                    assertThat(client.host()).isNotBlank();
                    assertThat(client.version()).isNotBlank();
                    assertThat(client.id()).hasSize(6);
                    assertThat(client.openSince().orElseThrow())
                            .isBetween(began, Instant.now().plusSeconds(1));
                })
                .extracting(ClientInfo::id)
                .doesNotHaveDuplicates();
        two.close();
        until("one is left", () -> count(one, mine) == 1);
    }

    private static long count(Mortise client, String name) {
        return client.admin().clients().stream()
                .filter(each -> each.name().equals(name))
                .count();
    }

    @Test
    void a_dry_run_tells_what_would_be_released_and_releases_nothing() throws Exception {
        Mortise here = client();
        Mortise there = client(ClientSettings.defaults().named("other"));
        Lease mine = here.lock(name() + "a").acquire();
        Lease theirs = there.lock(name() + "b").acquire();
        ForceReport report = here.admin().forceReleaseAll(all(), "only looking", true);
        assertThat(report.dryRun()).isTrue();
        assertThat(report.ended()).isZero();
        assertThat(report.locks())
                .extracting(ForceReport.Forced::lockName)
                .containsExactlyInAnyOrder(name() + "a", name() + "b");
        assertThat(report.toString()).contains("Would release 2 locks", "other", "token " + theirs.fencingToken());
        assertThat(mine.isValid() && theirs.isValid()).isTrue();
        mine.ensure(Duration.ofSeconds(1));
        theirs.ensure(Duration.ofSeconds(1));
        mine.release();
        theirs.release();
    }

    @Test
    void what_matches_is_released_and_the_next_waiter_keeps_it() throws Exception {
        Mortise here = client();
        Mortise there = client(ClientSettings.defaults().named("other"));
        Lease mine = here.lock(name() + "a").acquire();
        Lease theirs = there.lock(name() + "b").acquire();
        Lease untouched = there.lock(name().replace("orders", "others")).acquire();
        Background<Lease> waiter = waiting(there.lock(name() + "a"), 0);

        ForceReport report = here.admin().forceReleaseAll(name() + "?", "the night shift says so", false);
        assertThat(report.dryRun()).isFalse();
        assertThat(report.ended()).isEqualTo(2);
        assertThat(report.locks()).hasSize(2).allSatisfy(lock -> {
            assertThat(lock.ended()).isOne();
            assertThat(lock.holders()).hasSize(1);
        });
        until("both are lost", () -> !mine.isValid() && !theirs.isValid());
        Lease next = waiter.get();
        assertThat(next.fencingToken()).isGreaterThan(mine.fencingToken());
        assertThat(next.isValid() && untouched.isValid()).isTrue();
        assertThat(names(here.admin().list(all()))).containsExactly(name() + "a");
        Lease again = here.lock(name() + "b").acquire();
        assertThat(again.fencingToken()).isGreaterThan(theirs.fencingToken());
        Stream.of(next, again, untouched).forEach(Lease::release);
    }

    @Test
    void nothing_matches_and_nothing_is_released() {
        ForceReport report = client().admin().forceReleaseAll(all(), "nobody is there", false);
        assertThat(report.locks()).isEmpty();
        assertThat(report.toString()).isEqualTo("Released 0 locks");
    }

    @Test
    void patterns_that_are_no_names_are_refused() {
        LockAdmin admin = client().admin();
        for (String bad : new String[] {"", "a\nb", "x".repeat(513), "\ud800"}) {
            assertThatThrownBy(() -> admin.list(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("pattern must ");
            assertThatThrownBy(() -> admin.forceReleaseAll(bad, "why", true))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> admin.forceReleaseAll("*", " ", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reason");
    }

    @Test
    void a_client_that_is_closed_lists_nothing() throws Exception {
        Mortise client = client();
        Lease held = client().lock(name() + "a").acquire();
        LockAdmin admin = client.admin();
        Stream<LockInfo> begun = admin.list(all());
        client.close();
        assertThatThrownBy(begun::toList).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> admin.list(all())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(admin::clients).isInstanceOf(IllegalStateException.class);
        held.release();
    }
}
