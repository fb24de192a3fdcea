package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A lock whose tokens are ahead of the clock, as after one that had jumped: its own stay in order, and no others follow. */
final class TokensAheadTest extends OnFakeTime {
    private long jumped;
    private final InMemoryServer jumping = new InMemoryServer(() -> time.micros() + jumped);
    private final InMemoryLockStore way = new InMemoryLockStore(jumping);
    private final LockClient here = open(way, time);

    @Test
    void other_locks_leave_no_record_behind() throws Exception {
        long ahead = takeAhead(Duration.ofHours(23));
        Lease again = here.lock("ahead").acquire();
        assertThat(again.fencingToken()).isGreaterThan(ahead);
        again.release();
        for (int i = 0; i < 50; i++) {
            here.lock("other" + i).acquire().release();
        }
        pass(1);
        assertThat(jumping.locks()).containsExactly("ahead");
    }

    @Test
    void nor_do_others_that_are_had_with_it_at_once() throws Exception {
        long ahead = takeAhead(Duration.ofHours(23));
        jumping.restart(InMemoryServer.Snapshot.empty());
        way.reconnect();
        Lease both = here.allOf("ahead", "b").acquire();
        assertThat(both.fencingToken("ahead")).isGreaterThan(ahead);
        assertThat(both.fencingToken("b")).isLessThanOrEqualTo(time.micros());
    }

    @Test
    void more_than_a_day_is_refused_where_the_server_has_forgotten_it() throws Exception {
        takeAhead(Duration.ofDays(3));
        assertThat(here.lock("ahead").acquire().release()).isNotNull();
        jumping.restart(InMemoryServer.Snapshot.empty());
        way.reconnect();
        CompletableFuture<Lease> acquire = here.lock("ahead").acquireAsync(ANY);
        pass(3_000);
        assertThatThrownBy(acquire::join).hasCauseInstanceOf(LockUnavailableException.class);
        assertThat(jumping.locks()).isEmpty();
        here.lock("b").acquire().release();
        LockClient newcomer = open(new InMemoryLockStore(jumping), time);
        assertThat(newcomer.lock("ahead").acquire().fencingToken()).isLessThanOrEqualTo(time.micros());
    }

    @Test
    void what_is_known_of_many_locks_is_bounded_and_the_latest_is_kept() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            here.lock("l" + i).acquire().release();
        }
        jumped = -TimeUnit.HOURS.toMicros(1);
        jumping.restart(InMemoryServer.Snapshot.empty());
        way.reconnect();
        for (int i : List.of(9_999, 5_000, 2_000)) {
            assertThat(here.lock("l" + i).acquire().fencingToken()).isGreaterThan(time.micros() - 1_000_000);
        }
    }

    private long takeAhead(Duration by) throws InterruptedException {
        jumped = by.toNanos() / 1_000;
        Lease lease = here.lock("ahead").acquire();
        lease.release();
        jumped = 0;
        return lease.fencingToken();
    }
}
