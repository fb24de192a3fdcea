package dev.mortise.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockVictim;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitRecordTest {
    @Test
    void times_that_were_looked_up_twice_make_no_difference() {
        assertThat(record("w", 1, 10).saysSameAs(record("w", 2, 11))).isTrue();
    }

    @Test
    void another_wait_or_other_permits_do() {
        assertThat(record("w", 1, 10).saysSameAs(record("other", 1, 10))).isFalse();
        WaitRecord less = record("w", 1, 10)
                .with(List.of(new Wanted("a", "w", "w", 1, 3, 10)), List.of(new Held("b", "h", 1, 10)));
        assertThat(record("w", 1, 10).saysSameAs(less)).isFalse();
    }

    private static WaitRecord record(String wait, long version, long millis) {
        return new WaitRecord(
                "client/owner",
                version,
                "client",
                new Tag("owner", ""),
                millis,
                DeadlockVictim.YOUNGEST,
                List.of(new Wanted("a", wait, wait, 2, 3, millis)),
                List.of(new Held("b", "h", 1, millis)));
    }
}
