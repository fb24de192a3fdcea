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
    void an_update_lost_without_a_fence_is_found_unless_somebody_stood_still() {
        history.counters = 2;
        assertThat(history.violationsOf(new UnfencedCounter())).hasSize(1);
        history.fault("worker-stop", 1, 2);
        assertThat(history.violationsOf(new UnfencedCounter())).isEmpty();
    }

    @Test
    void a_key_left_behind_is_found() {
        history.keysLeft.add("mortise:{a}");
        assertThat(history.violationsOf(new Leftovers())).containsExactly("mortise:{a} is left");
    }
}
