package dev.mortise.tests.engine;

import static dev.mortise.testkit.contract.Kept.kept;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.stale.Janitor;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Of several clients with a janitor one at a time does the work, and another one goes on when it dies. */
final class JanitorTest extends OnFakeTime {
    private static final Duration PERIOD = Duration.ofMinutes(2);
    private static final AcquireOptions NO_EXPIRY = ANY.untilReleased();

    private final InMemoryLockStore firstStore = new InMemoryLockStore(server);
    private final InMemoryLockStore secondStore = new InMemoryLockStore(server);

    @Test
    void what_is_stale_is_collected_without_anybody_asking() throws Exception {
        open(firstStore);
        kept(client.lock("a").acquire(NO_EXPIRY));
        kept(client.lock("b").acquire());
        store.disconnect();
        pass(PERIOD.toMillis() + 1000);
        assertThat(server.locks()).containsExactly(Janitor.LOCK);
        assertThat(other.admin().inspect(Janitor.LOCK).holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.owner()).isEqualTo("janitor"));
    }

    @Test
    void one_of_two_works_in_each_period_and_the_other_takes_over_when_it_dies() {
        open(firstStore);
        pass(10_000);
        open(secondStore);
        for (int period = 0; period < 5; period++) {
            int before = walks(firstStore) + walks(secondStore);
            pass(PERIOD.toMillis());
            assertThat(walks(firstStore) + walks(secondStore) - before)
                    .as("work in one period")
                    .isEqualTo(2);
        }
        InMemoryLockStore worker = walks(firstStore) > 0 ? firstStore : secondStore;
        InMemoryLockStore idle = worker == firstStore ? secondStore : firstStore;
        assertThat(walks(idle)).isZero();
        worker.disconnect();
        pass(2 * PERIOD.toMillis());
        assertThat(walks(idle)).isPositive();
    }

    @Test
    void an_error_does_not_end_it() throws Exception {
        open(firstStore);
        firstStore.disconnect();
        pass(3 * PERIOD.toMillis());
        firstStore.reconnect();
        kept(client.lock("a").acquire(NO_EXPIRY));
        store.disconnect();
        pass(2 * PERIOD.toMillis());
        assertThat(other.lock("a").tryAcquire()).isPresent();
    }

    @Test
    void it_ends_with_its_client_and_lets_another_one_go_on_at_once() {
        LockClient first = open(firstStore);
        pass(PERIOD.toMillis() + 1000);
        assertThat(server.locks()).containsExactly(Janitor.LOCK);
        first.close();
        assertThat(server.locks()).isEmpty();
        int walks = walks(firstStore);
        pass(3 * PERIOD.toMillis());
        assertThat(walks(firstStore)).isEqualTo(walks);
    }

    @Test
    void without_one_nothing_is_asked() {
        pass(Duration.ofHours(1).toMillis());
        assertThat(walks(store) + walks(otherStore)).isZero();
        assertThat(asked(StoreOperation.ACQUIRE)).isZero();
    }

    @Test
    void its_lock_is_no_lease_of_the_client() {
        LockClient first = open(firstStore);
        pass(PERIOD.toMillis() + 1000);
        assertThat(first.clientStatus().held()).isZero();
        assertThat(events).isEmpty();
    }

    @Test
    void a_period_out_of_range_is_refused() {
        for (Duration wrong : new Duration[] {Duration.ofMillis(999), Duration.ofDays(2), Duration.ofSeconds(-1)}) {
            assertThatThrownBy(() -> config().withJanitor(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("janitor")
                    .hasMessageContaining(wrong.toString());
        }
    }

    private LockClient open(InMemoryLockStore over) {
        return LockClient.open(over, time, config().withJanitor(PERIOD), events::add);
    }

    private static ClientConfig config() {
        return new ClientConfig("janitor", LEASE, TIMEOUT, 10_000, Duration.ZERO);
    }

    /** A walk asks for a page of locks and one of clients. */
    private static int walks(InMemoryLockStore of) {
        return of.requests(StoreOperation.LIST);
    }
}
