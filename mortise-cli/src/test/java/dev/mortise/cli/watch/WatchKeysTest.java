package dev.mortise.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.cli.watch.WatchKey.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchKeysTest {
    private static final int PAGE = 3;

    private final WatchState state = new WatchState(WatchOrder.BUSIEST);
    private final WatchKeys keys = new WatchKeys(state);
    private List<String> names = List.of("a", "b", "c", "d", "e", "f");

    private void press(Kind... kinds) {
        for (Kind kind : kinds) {
            keys.press(WatchKey.of(kind), names, PAGE);
        }
    }

    private void type(String text) {
        text.codePoints().forEach(point -> keys.press(WatchKey.text(Character.toString(point)), names, PAGE));
    }

    @Test
    void letters_choose_the_order_and_turn_it_round() {
        type("w");
        assertThat(state.order()).isEqualTo(WatchOrder.WAIT);
        assertThat(state.isReversed()).isFalse();
        type("w");
        assertThat(state.isReversed()).isTrue();
        type("r");
        assertThat(state.isReversed()).isFalse();
        type("s");
        assertThat(state.order()).isEqualTo(WatchOrder.HOLD);
        type("n");
        assertThat(state.order()).isEqualTo(WatchOrder.NAME);
        type("s");
        assertThat(state.order()).isEqualTo(WatchOrder.BUSIEST);
    }

    @Test
    void arrows_move_within_the_list() {
        assertThat(state.chosenRow(names)).isEqualTo(-1);
        press(Kind.DOWN);
        assertThat(state.chosenRow(names)).isZero();
        press(Kind.UP);
        assertThat(state.chosenRow(names)).isZero();
        press(Kind.PAGE_DOWN, Kind.DOWN);
        assertThat(state.chosenRow(names)).isEqualTo(4);
        press(Kind.END, Kind.DOWN);
        assertThat(state.chosenRow(names)).isEqualTo(5);
        press(Kind.HOME);
        type("jjk");
        assertThat(state.chosenRow(names)).isEqualTo(1);
    }

    @Test
    void the_chosen_lock_stays_chosen_when_the_order_changes_and_its_place_when_it_goes() {
        press(Kind.DOWN, Kind.DOWN);
        assertThat(state.chosenRow(List.of("x", "a", "y", "b"))).isEqualTo(3);
        assertThat(state.chosenRow(List.of("x", "y", "z"))).isEqualTo(1);
        assertThat(state.chosenRow(List.of("x"))).isZero();
        assertThat(state.chosenRow(List.of())).isEqualTo(-1);
    }

    @Test
    void enter_opens_the_chosen_lock_or_the_first_and_escape_goes_back() {
        press(Kind.ENTER);
        assertThat(state.opened()).contains("a");
        press(Kind.ESCAPE);
        assertThat(state.page()).isEqualTo(WatchPage.LIST);
        press(Kind.DOWN, Kind.RIGHT);
        assertThat(state.opened()).contains("b");
        press(Kind.DOWN, Kind.DOWN);
        assertThat(state.scroll()).isEqualTo(2);
        type("g");
        assertThat(state.isAskingWaits()).isTrue();
        press(Kind.LEFT);
        assertThat(state.opened()).isEmpty();
        assertThat(state.isAskingWaits()).isFalse();
    }

    @Test
    void nothing_opens_in_an_empty_list() {
        names = List.of();
        press(Kind.ENTER, Kind.DOWN, Kind.END);
        assertThat(state.page()).isEqualTo(WatchPage.LIST);
    }

    @Test
    void a_filter_counts_while_it_is_typed_and_letters_are_only_letters() {
        type("/qw😀");
        assertThat(state.filter().text()).isEqualTo("qw😀");
        assertThat(state.end()).isEmpty();
        press(Kind.BACKSPACE, Kind.BACKSPACE, Kind.ENTER);
        assertThat(state.draft()).isEmpty();
        assertThat(state.filter().text()).isEqualTo("q");
        type("/x");
        press(Kind.ESCAPE);
        assertThat(state.filter().text()).isEqualTo("q");
        press(Kind.ESCAPE);
        assertThat(state.filter().isOn()).isFalse();
        type("/");
        press(Kind.BACKSPACE);
        assertThat(state.draft()).isEmpty();
    }

    @Test
    void pause_help_and_the_ways_out() {
        type("p");
        assertThat(state.isPaused()).isTrue();
        type(" ");
        assertThat(state.isPaused()).isFalse();
        type("?");
        assertThat(state.page()).isEqualTo(WatchPage.HELP);
        type("x");
        assertThat(state.page()).isEqualTo(WatchPage.LIST);
        type("q");
        assertThat(state.end()).contains(WatchEnd.QUIT);
    }

    @Test
    void control_c_ends_it_also_while_a_filter_is_typed() {
        type("/abc");
        press(Kind.INTERRUPT);
        assertThat(state.end()).contains(WatchEnd.INTERRUPT);
    }
}
