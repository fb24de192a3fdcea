package dev.mortise.faults.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckersTest {
    private final Planted history = Planted.sound();

    @Test
    void a_sound_history_passes_all() {
        history.fault("rst", 10, 50);
        history.life("w0", 0, 0);
        assertThat(Checker.all())
                .allSatisfy(checker -> assertThat(history.violationsOf(checker))
                        .as(checker.rule())
                        .isEmpty());
    }

    @Test
    void a_token_that_goes_down_is_found() {
        history.write(2, 4);
        assertThat(history.violationsOf(new FencedRegister()))
                .singleElement()
                .asString()
                .contains("token 2 accepted after 3");
    }

    @Test
    void a_lost_update_of_the_register_is_found() {
        history.write(4, 3);
        assertThat(history.violationsOf(new FencedRegister()))
                .singleElement()
                .asString()
                .contains("value 3 where 4 was due");
    }

    @Test
    void a_register_that_went_back_is_found_by_its_reader() {
        history.read(4, 2);
        assertThat(history.violationsOf(new FencedRegister())).hasSize(1);
    }

    @Test
    void one_token_for_two_leases_is_found() {
        history.register.add(new RegisterEntry("a", false, 3, "another", 3));
        assertThat(history.violationsOf(new FencedRegister()))
                .singleElement()
                .asString()
                .contains("token 3 was given to lease");
    }

    @Test
    void two_tokens_for_one_lease_are_found() {
        history.register.add(new RegisterEntry("a", false, 5, "L3", 3));
        assertThat(history.violationsOf(new FencedRegister()))
                .singleElement()
                .asString()
                .contains("lease L3 has token");
    }

    @Test
    void two_holders_at_once_are_found() {
        history.hold("w2.0", 4, 132, 0, 138, 150);
        assertThat(history.violationsOf(new Exclusion()))
                .singleElement()
                .asString()
                .contains("us before");
    }

    @Test
    void a_short_hold_within_a_long_one_does_not_hide_a_later_one_within_it() {
        history.hold("w2.0", 4, 200, 0, 200, 300);
        history.hold("w2.1", 5, 210, 0, 210, 211);
        history.hold("w2.2", 6, 220, 0, 220, 400);
        assertThat(history.violationsOf(new Exclusion())).hasSize(2);
    }

    @Test
    void a_lease_that_was_over_before_the_next_entered_is_no_violation() {
        history.hold("w2.0", 4, 150, 0, 160, 170);
        history.hold("w1.0", 5, 150, 0, 171, 180);
        assertThat(history.violationsOf(new Exclusion())).isEmpty();
    }

    @Test
    void a_lease_that_was_over_when_it_was_got_is_no_violation() {
        history.hold("w2.0", 4, 132, 0, 138, 0);
        assertThat(history.violationsOf(new Exclusion())).isEmpty();
    }

    @Test
    void a_lease_that_was_over_when_it_was_got_is_found_unless_its_process_stood_still() {
        history.hold("w2.0", 4, 132, 0, 138, 0);
        assertThat(history.violationsOf(new Entry())).hasSize(1);
        history.faults.add(new FaultSpan("worker-stop", "", "w2", 133_000_000, 137_000_000, 999_000_000));
        assertThat(history.violationsOf(new Entry())).isEmpty();
    }

    @Test
    void a_thread_that_gets_nothing_after_a_fault_is_found() {
        history.life("w0", 0, 0);
        history.life("w1", 0, 0);
        history.fault("rst", 135, 139);
        history.hold("w0.0", 4, 3000, 0, 3100, 3110);
        assertThat(history.violationsOf(new Progress()))
                .singleElement()
                .asString()
                .contains("w1.0", "nor later");
    }

    @Test
    void a_thread_that_gets_something_too_late_is_found() {
        history.life("w1", 0, 0);
        history.fault("rst", 135, 139);
        history.hold("w1.0", 4, 136, 0, 3140, 3150);
        assertThat(history.violationsOf(new Progress()))
                .singleElement()
                .asString()
                .contains("but after 3001 ms");
    }

    @Test
    void dead_waiters_cost_what_they_may_and_no_more() {
        history.terms = new Terms(history.terms.leaseNanos(), true, false, ms(1000));
        history.life("w1", 0, 0);
        history.fault("worker-kill", 135, 139);
        history.hold("w1.0", 4, 136, 0, 4138, 4150);
        assertThat(history.violationsOf(new Progress())).isEmpty();
        history.holds.remove(history.holds.size() - 1);
        history.hold("w1.0", 4, 136, 0, 4140, 4150);
        assertThat(history.violationsOf(new Progress())).hasSize(1);
    }

    @Test
    void who_died_meanwhile_or_came_later_is_not_forgotten() {
        history.life("w1", 0, 200);
        history.life("w2", 140, 0);
        history.fault("rst", 135, 139);
        assertThat(history.violationsOf(new Progress())).isEmpty();
    }

    @Test
    void an_overtaker_is_found() {
        history.hold("w2.0", 4, 151, 0, 160, 170);
        history.hold("w1.0", 5, 145, 150, 171, 180);
        assertThat(history.violationsOf(new Order())).singleElement().asString().contains("1000 us after");
    }

    @Test
    void an_overtaker_after_a_fault_is_not() {
        history.fault("inbox-rst", 10, 20);
        history.hold("w2.0", 4, 151, 0, 160, 170);
        history.hold("w1.0", 5, 145, 150, 171, 180);
        assertThat(history.violationsOf(new Order())).isEmpty();
    }

    @Test
    void an_overtaker_of_one_whose_requests_may_not_have_been_answered_is_not() {
        history.misses.add(new Miss("w3", "w3.0", "b", ms(140), ms(155), "LockUnavailableException"));
        history.hold("w2.0", 4, 151, 0, 160, 170);
        history.hold("w1.0", 5, 145, 150, 171, 180);
        assertThat(history.violationsOf(new Order())).isEmpty();
    }

    @Test
    void an_update_lost_without_a_fence_is_found_unless_somebody_stood_still() {
        history.counters = 2;
        assertThat(history.violationsOf(new UnfencedCounter())).hasSize(1);
        history.fault("worker-stop", 1, 2);
        assertThat(history.violationsOf(new UnfencedCounter())).isEmpty();
    }

    @Test
    void a_key_left_behind_is_found() {
        history.keysLeft.add("mortise:{a}");
        assertThat(history.violationsOf(new LeftoverKeys())).containsExactly("mortise:{a} is left");
    }

    @Test
    void a_holder_that_was_killed_is_known_to_have_been_valid_when_it_entered() {
        history.holds.add(new RecordedHold("w2", "w2.0", "a", "L4", 4, 0, 0, ms(150), ms(170), 0, ""));
        history.hold("w1.0", 5, 155, 0, 160, 165);
        assertThat(history.violationsOf(new Exclusion())).hasSize(1);
    }

    @Test
    void whoever_passes_a_lock_on_may_overtake_within_the_budget() {
        localHandOff();
        history.hold("w2.0", 4, 141, 0, 145, 150);
        history.hold("w2.1", 5, 152, 0, 153, 158);
        history.hold("w2.0", 6, 154, 0, 159, 161);
        history.hold("w1.0", 7, 146, 147, 170, 180);
        assertThat(history.violationsOf(new Order())).isEmpty();
        history.terms = Planted.sound().terms;
        assertThat(history.violationsOf(new Order())).hasSize(2);
    }

    @Test
    void handing_on_for_longer_than_the_budget_is_found() {
        localHandOff();
        history.hold("w0.0", 4, 141, 0, 142, 149);
        history.hold("w2.0", 5, 142, 0, 150, 155);
        history.hold("w2.1", 6, 152, 0, 156, 161);
        history.hold("w2.0", 7, 157, 0, 162, 163);
        history.hold("w1.0", 8, 146, 147, 170, 180);
        assertThat(history.violationsOf(new Order())).singleElement().asString().contains("token 7");
    }

    @Test
    void handing_on_more_often_than_the_budget_is_found() {
        localHandOff();
        history.hold("w0.0", 4, 141, 0, 142, 149);
        for (int i = 0; i <= 65; i++) {
            long at = ms(150) + i * 1000L;
            history.holds.add(new RecordedHold(
                    "w2", "w2." + i % 2, "a", "P" + i, 5 + i, ms(i == 0 ? 142 : 148), 0, at, at + 500, at + 600, ""));
        }
        history.hold("w1.0", 99, 146, 147, 170, 180);
        assertThat(history.violationsOf(new Order())).singleElement().asString().contains("token 70");
    }

    @Test
    void handing_on_is_certain_for_a_second_where_nobody_waited_before() {
        localHandOff();
        history.hold("w2.0", 4, 141, 0, 145, 1150);
        history.hold("w2.1", 5, 152, 0, 1153, 1158);
        history.hold("w2.0", 6, 1154, 0, 1159, 1161);
        history.hold("w1.0", 7, 146, 147, 1170, 1180);
        assertThat(history.violationsOf(new Order())).singleElement().asString().contains("token 6");
    }

    @Test
    void another_client_that_asks_later_overtakes_also_where_handing_on_is_allowed() {
        localHandOff();
        history.hold("w2.0", 4, 151, 0, 160, 170);
        history.hold("w1.0", 5, 145, 150, 171, 180);
        assertThat(history.violationsOf(new Order())).hasSize(1);
    }

    @Test
    void who_waits_behind_its_own_client_keeps_its_place_there_only() {
        localHandOff();
        history.hold("w1.1", 4, 141, 0, 142, 159);
        history.hold("w2.0", 5, 151, 0, 160, 170);
        history.hold("w1.0", 6, 145, 150, 171, 180);
        assertThat(history.violationsOf(new Order())).isEmpty();
        history.hold("w1.2", 7, 152, 0, 155, 156);
        assertThat(history.violationsOf(new Order())).singleElement().asString().contains("w1.2");
    }

    @Test
    void who_asked_at_about_the_time_as_another_of_its_client_may_wait_behind_it_there() {
        localHandOff();
        history.hold("w1.1", 4, 146, 0, 149, 159);
        history.hold("w2.0", 5, 151, 0, 160, 170);
        history.hold("w1.0", 6, 145, 150, 171, 180);
        assertThat(history.violationsOf(new Order())).isEmpty();
    }

    @Test
    void a_deployment_without_an_order_forgets_no_worker() {
        history.terms = new Terms(history.terms.leaseNanos(), false, false, 0);
        history.hold("w2.0", 4, 151, 0, 160, 170);
        history.hold("w1.0", 5, 145, 150, 171, 180);
        history.life("w1", 0, 0);
        history.life("w3", 0, 0);
        history.fault("rst", 135, 139);
        assertThat(history.violationsOf(new Order())).isEmpty();
        assertThat(history.violationsOf(new Progress()))
                .singleElement()
                .asString()
                .contains("w3 got no lock");
    }

    @Test
    void a_lease_that_was_over_when_it_was_got_is_excused_by_a_clock_that_was_set() {
        history.hold("w2.0", 4, 132, 0, 138, 0);
        history.faults.add(new FaultSpan(FaultSpan.CLOCK_JUMP, "", "", ms(133), ms(137), ms(137)));
        assertThat(history.violationsOf(new Entry())).isEmpty();
    }

    private void localHandOff() {
        history.terms = new Terms(history.terms.leaseNanos(), true, true, 0);
    }

    private static long ms(long millis) {
        return millis * 1_000_000;
    }
}
