package dev.mortise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTicketTest {
    private final LeaseTicket ticket =
            new LeaseTicket("a lock.with ü", "AbCd_-0123456789abcdEF-1z", 17, 2, Duration.ofSeconds(30), Renewal.OFF);

    @Test
    void a_ticket_survives_the_way() {
        assertThat(LeaseTicket.decode(ticket.encode())).isEqualTo(ticket);
        assertThat(ticket.encode()).matches("[!-~]+");
    }

    @Test
    void a_ticket_of_a_semaphore_says_how_many_permits_it_holds() {
        LeaseTicket permits =
                new LeaseTicket("s", "AbCd-1", 17, 0, Duration.ZERO, Renewal.ON, LockKind.SEMAPHORE, 5, 3);
        assertThat(LeaseTicket.decode(permits.encode())).isEqualTo(permits);
        assertThatThrownBy(() ->
                        new LeaseTicket("s", "AbCd-1", 17, 0, Duration.ZERO, Renewal.ON, LockKind.SEMAPHORE, 5, 6))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_ticket_of_the_version_before_is_one_of_a_mutex() {
        assertThat(LeaseTicket.decode("mt1.YQ.AbCd-1.17.2.30000.OFF"))
                .isEqualTo(new LeaseTicket("a", "AbCd-1", 17, 2, Duration.ofSeconds(30), Renewal.OFF));
    }

    @Test
    void a_ticket_of_the_second_version_is_not_in_doubt() {
        assertThat(LeaseTicket.decode("mt2.cw.AbCd-1.17.0.0.ON.SEMAPHORE.5.3"))
                .isEqualTo(new LeaseTicket("s", "AbCd-1", 17, 0, Duration.ZERO, Renewal.ON, LockKind.SEMAPHORE, 5, 3));
    }

    @Test
    void a_ticket_says_whether_a_request_may_still_arrive() {
        LeaseTicket doubtful =
                new LeaseTicket("s", "AbCd-1", 17, 0, Duration.ZERO, Renewal.ON, LockKind.SEMAPHORE, 5, 3, true);
        assertThat(LeaseTicket.decode(doubtful.encode())).isEqualTo(doubtful);
    }

    @Test
    void its_text_does_not_give_the_lease_away() {
        assertThat(ticket.toString()).doesNotContain(ticket.leaseId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mt1",
                "mt2.YQ.b.1.0.1.ON",
                "mt1.YQ.b.x.0.1.ON",
                "mt1.YQ..1.0.1.ON",
                "mt1.YQ.b.0.0.1.ON",
                "mt1.YQ.b.1.0.1.MAYBE",
                "mt2.YQ.b.1.0.1.ON.SEMAPHORE.2",
                "mt2.YQ.b.1.0.1.ON.SEMAPHORE.2.3",
                "mt2.YQ.b.1.0.1.ON.SEMAPHORE.2000000000.3",
                "mt2.YQ.b.1.0.1.ON.SOMETHING.2.1",
                "mt1.YQ.b.9007199254740992.0.1.ON",
                "mt1.YQ.b.9223372036854775797.0.1.ON",
                "mt1.YQ.b.1.2147483647.1.ON",
                "mt1.YQ.b.1.0.31536000001.ON",
                "mt1.YQ.b.1.0.9223372036854775807.ON",
                "mt2.YQ.b.1.0.1.ON.SEMAPHORE.2.1.1",
                "mt3.YQ.b.1.0.1.ON.SEMAPHORE.2.1",
                "mt3.YQ.b.1.0.1.ON.SEMAPHORE.2.1.2"
            })
    void anything_else_is_refused_without_repeating_it(String text) {
        assertThatThrownBy(() -> LeaseTicket.decode(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a lease ticket");
    }
}
