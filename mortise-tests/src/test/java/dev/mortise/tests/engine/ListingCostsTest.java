package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockUnavailableException;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listing asks of the server. */
final class ListingCostsTest extends OnFakeTime {
    private static final int LOCKS = 500;

    private final List<Lease> held = new ArrayList<>();
    private int pages;
    private int inspected;
    private int lookedUp;

    private void hold() {
        for (int i = 0; i < LOCKS; i++) {
            held.add(had((i % 2 == 0 ? client : other).lock("lock-" + i).acquireAsync(ANY)));
        }
        countFromNow();
    }

    private void countFromNow() {
        pages = asked(StoreOperation.LIST);
        inspected = asked(StoreOperation.INSPECT);
        lookedUp = asked(StoreOperation.HEARTBEAT);
    }

    @Test
    void a_page_for_two_hundred_names_one_request_a_lock_and_one_a_client() {
        hold();
        assertThat(client.admin().list()).hasSize(LOCKS);
        assertThat(asked(StoreOperation.LIST) - pages).isEqualTo(3);
        assertThat(asked(StoreOperation.INSPECT) - inspected).isEqualTo(LOCKS);
        assertThat(asked(StoreOperation.HEARTBEAT) - lookedUp).isEqualTo(2);
    }

    @Test
    void what_does_not_match_is_not_inspected() {
        hold();
        assertThat(client.admin().list("lock-49?")).hasSize(10);
        assertThat(asked(StoreOperation.INSPECT) - inspected).isEqualTo(10);
    }

    @Test
    void a_reader_who_stops_costs_a_page_and_a_few_locks() {
        hold();
        Iterator<LockInfo> some = client.admin().list().iterator();
        assertThat(asked(StoreOperation.LIST) - pages).isZero();
        assertThat(some.next().isLocked()).isTrue();
        assertThat(asked(StoreOperation.LIST) - pages).isOne();
        assertThat(asked(StoreOperation.INSPECT) - inspected).isLessThan(40);
    }

    @Test
    void a_dry_run_costs_what_a_listing_does() {
        hold();
        assertThat(client.admin().forceReleaseAll("*", "only looking", true).locks())
                .hasSize(LOCKS);
        assertThat(asked(StoreOperation.INSPECT) - inspected).isEqualTo(LOCKS);
        assertThat(asked(StoreOperation.FORCE)).isZero();
    }

    @Test
    void one_page_tells_of_two_hundred_clients() {
        countFromNow();
        assertThat(client.admin().clients()).hasSize(2);
        assertThat(asked(StoreOperation.LIST) - pages).isOne();
        assertThat(asked(StoreOperation.HEARTBEAT) - lookedUp).isEqualTo(2);
    }

    @Test
    void without_an_answer_it_is_not_said_that_there_are_none() {
        hold();
        store.disconnect();
        assertThatThrownBy(() -> client.admin().list().toList())
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageStartingWith("What is on record cannot be listed: ");
        assertThatThrownBy(() -> client.admin().clients()).isInstanceOf(LockUnavailableException.class);
        assertThatThrownBy(() -> client.admin().forceReleaseAll("*", "why", false))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("0 locks had been released by then");
    }
}
