package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the keys of a cluster were all met. */
class ScanPositionTest {
    @Test
    void all_is_met_when_each_slot_stood_still_at_a_master_that_was_walked() {
        ScanPosition at =
                walked(walked(ScanPosition.FIRST, "a", "0-5460", "0-5460"), "b", "5461-9999,10001-16383", null);
        assertThat(at.isComplete()).isFalse();
        assertThat(walked(at, "c", "10000", null).isComplete()).isTrue();
    }

    @Test
    void a_slot_that_left_or_is_on_its_way_was_not_met() {
        ScanPosition half = walked(ScanPosition.FIRST, "a", "0-8191", null);
        assertThat(walked(half, "b", "8192-16383", "8193-16383").isComplete()).isFalse();
        assertThat(walked(half, "b", "8192-16383,[8192->-0f]", null).isComplete())
                .isFalse();
        assertThat(half.begun("b:1", "8192-16383").left().isComplete()).isFalse();
    }

    @Test
    void the_second_time_is_the_last() {
        ScanPosition again = ScanPosition.FIRST.begun("a:1", "0-1").left().again();
        assertThat(again.isBetweenMasters()).isTrue();
        assertThat(again.master()).isEmpty();
        assertThat(walked(again, "a", "none", null).isComplete()).isTrue();
    }

    @Test
    void a_master_that_could_not_be_asked_leaves_a_gap_unless_another_has_its_slots() {
        ScanPosition at = walked(ScanPosition.FIRST, "a", "0-5460", null).missed("b:1");
        assertThat(at.isBetweenMasters()).isTrue();
        assertThat(at.master()).isEqualTo("b:1");
        at = walked(at, "c", "10923-16383", null).missed("d:1");
        assertThat(at.isLacking()).isTrue();
        assertThat(at.missed()).isEqualTo("b:1,d:1");
        assertThat(walked(at, "e", "5461-10922", null).isLacking()).isFalse();
        assertThat(walked(at, "e", "5461-10922", null).isComplete()).isTrue();
        ScanPosition second = at.again();
        assertThat(second.missed()).isEmpty();
        assertThat(second.missed("b:1").isLacking()).isTrue();
    }

    @Test
    void a_position_survives_being_written_down() {
        for (ScanPosition at : new ScanPosition[] {
            ScanPosition.FIRST,
            ScanPosition.FIRST.begun("a:1", "0-5,7").at("123"),
            walked(ScanPosition.FIRST, "a", "0-5,7", null),
            ScanPosition.FIRST.missed("a:1").missed("b:1"),
            ScanPosition.FIRST.again()
        }) {
            assertThat(ScanPosition.parse(at.encode())).isEqualTo(at);
        }
    }

    @Test
    void a_node_tells_its_own_slots() {
        String nodes = """
                07c3 10.0.0.1:30004@31004,host slave e7d1 0 1426238317239 4 connected
                67ed 10.0.0.2:30002@31002 master - 0 1426238316232 2 connected 5461-10922
                e7d1 10.0.0.3:30001@31001 myself,master - 0 0 1 connected 0-5460 5462 [93-<-292f]
                """;
        assertThat(ScanPosition.ownSlots(nodes)).isEqualTo("0-5460,5462,[93-<-292f]");
        assertThat(ScanPosition.ownSlots("07c3 10.0.0.1:1@2 myself,slave e7d1 0 1 4 connected\n"))
                .isEqualTo("none");
        assertThat(ScanPosition.ownSlots("07c3 10.0.0.1:1@2 myself,master - 0 1 4 connected\n"))
                .isEqualTo("none");
    }

    private static ScanPosition walked(ScanPosition from, String master, String before, @Nullable String after) {
        return from.begun(master + ":1", before).at("17").walked(after == null ? before : after);
    }
}
