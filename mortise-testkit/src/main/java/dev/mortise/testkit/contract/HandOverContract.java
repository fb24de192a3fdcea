package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A lease that is handed over by a ticket: detached in one place, adopted in another. */
@SuppressWarnings("try") // what is held is held for its time
abstract class HandOverContract extends AsyncContract {
    /** Expires soon, and is not renewed. */
    static final AcquireOptions FIXED =
            AcquireOptions.defaults().lease(Duration.ofMillis(400)).renewal(Renewal.OFF);

    @Test
    void a_lease_is_handed_over_to_another_client() throws Exception {
        Mortise here = client();
        Mortise there = client();
        Lease lease = here.lock(name()).acquire();
        LeaseTicket ticket = LeaseTicket.decode(lease.detach().encode());
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(here.lock(name()).isLocked()).isTrue();
        Lease adopted = there.adopt(ticket);
        assertThat(adopted.id()).isEqualTo(lease.id());
        assertThat(adopted.fencingToken()).isEqualTo(lease.fencingToken());
        assertThat(adopted.isValid()).isTrue();
        assertThat(adopted.remaining()).isGreaterThan(Duration.ofSeconds(15));
        assertThat(lease.lost().toCompletableFuture()).isNotDone();
        here.close();
        assertThat(there.lock(name()).isLocked()).isTrue();
        assertThat(adopted.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(there.lock(name()).isLocked()).isFalse();
    }

    @Test
    void a_lease_is_handed_over_to_the_same_client_and_on() throws Exception {
        Mortise here = client();
        Mortise there = client();
        Lease first = here.lock(name()).acquire();
        Lease second = here.adopt(first.detach());
        Lease third = there.adopt(second.detach());
        Lease fourth = here.adopt(third.detach());
        assertThat(fourth.fencingToken()).isEqualTo(first.fencingToken());
        assertThat(second.isValid() || third.isValid()).isFalse();
        assertThat(fourth.isValid()).isTrue();
        assertThat(fourth.release()).isEqualTo(ReleaseOutcome.RELEASED);
        untilFree(here.lock(name()));
    }

    @Test
    void an_adopted_lease_is_renewed() throws Exception {
        Mortise here = shortLived();
        Mortise there = shortLived();
        try (Lease adopted = there.adopt(here.lock(name()).acquire().detach())) {
            long start = System.nanoTime();
            until("its length is over", () -> since(start).compareTo(SHORT.plusMillis(300)) > 0);
            assertThat(adopted.isValid()).isTrue();
            assertThat(here.lock(name()).isLocked()).isTrue();
        }
    }

    @Test
    void a_ticket_is_void_once_used() throws Exception {
        Mortise here = client();
        LeaseTicket ticket = here.lock(name()).acquire().detach();
        try (Lease adopted = client().adopt(ticket)) {
            assertThatThrownBy(() -> here.adopt(ticket)).isInstanceOf(LeaseLostException.class);
            assertThatThrownBy(() -> client().adopt(ticket)).isInstanceOf(LeaseLostException.class);
            assertThat(adopted.isValid()).isTrue();
        }
        assertThatThrownBy(() -> here.adopt(ticket)).isInstanceOf(LeaseLostException.class);
        assertThat(here.lock(name()).isLocked()).isFalse();
    }

    @Test
    void a_ticket_ends_with_its_lease() throws Exception {
        Mortise client = client();
        LeaseTicket ticket = client.lock(name()).acquire(FIXED).detach();
        untilFree(client.lock(name()));
        assertThatThrownBy(() -> client.adopt(ticket)).isInstanceOf(LeaseLostException.class);
        assertThat(client.lock(name()).isLocked()).isFalse();
    }
}
