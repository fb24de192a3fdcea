package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PerNodeTest {
    private final Set<String> members = new HashSet<>();
    private final List<String> forgotten = new ArrayList<>();
    private final PerNode<String> things = new PerNode<>(members::contains, forgotten::add);

    @Test
    void nodes_that_are_replaced_by_others_again_and_again_leave_nothing() {
        members.addAll(List.of("a:1", "b:1", "c:1"));
        for (int i = 2; i < 10_000; i++) {
            members.remove("c:" + (i - 1));
            members.add("c:" + i);
            for (String address : members) {
                assertThat(things.of(address, made -> "of " + made)).isEqualTo("of " + address);
            }
            assertThat(things.all()).hasSizeLessThanOrEqualTo(4);
        }
        assertThat(forgotten).hasSizeGreaterThan(9_990).doesNotContain("of a:1", "of b:1");
    }

    @Test
    void a_node_that_is_not_known_yet_has_its_own_until_another_is_added() {
        String made = things.of("a:1", address -> new String("first"));
        assertThat(things.of("a:1", address -> "second")).isSameAs(made);
        things.of("b:1", address -> "other");
        assertThat(things.all()).containsExactly("other");
    }
}
