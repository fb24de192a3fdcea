package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockVictim;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.WaitRegister.Term;
import dev.mortise.internal.store.Waits;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.Polling;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The register of waits as the scripts keep it. */
final class WaitRegisterTest extends OnRedis {
    private static final int MOST = 128;
    private static final Term BELIEVED = new Term(600_000, 600_000);

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private ScriptLockStore store;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void connect() {
        store = store("me");
    }

    @Test
    void a_holder_for_which_there_was_no_room_is_entered_when_there_is() {
        for (int i = 0; i <= MOST; i++) {
            enters(i, "shared", "wanted-" + i);
        }
        Waits many = enters(1_000, "own", "shared");
        assertThat(many.records()).hasSize(MOST);
        for (int i = 0; i < MOST; i++) {
            get(store.waits().forget("owner-" + i, 1, 0));
        }
        enters(MOST, "shared", "wanted-" + MOST);
        assertThat(enters(1_000, "own", "shared").records())
                .extracting(WaitRecord::owner)
                .containsExactly("owner-" + MOST);
    }

    @Test
    void a_look_finds_the_owners_behind_a_lock_and_enters_none() {
        enters(1, "a", "b");
        enters(2, "b", "c");
        enters(3, "elsewhere", "a");
        Waits seen = get(store.waits().look(List.of("a")));
        assertThat(seen.records()).extracting(WaitRecord::owner).containsExactly("owner-1", "owner-2");
        assertThat(seen.isComplete()).isTrue();
        assertThat(get(store.waits().look(List.of("c", "unused"))).records()).isEmpty();
        assertThat(get(store.waits().look(List.of("elsewhere"))).records()).hasSize(3);
    }

    @Test
    void a_look_goes_on_in_other_calls_and_says_when_there_are_more_than_may_be() {
        for (int i = 0; i < Waits.MOST_RECORDS; i++) {
            enters(i, "link-" + i, "link-" + (i + 1));
        }
        Waits all = get(store.waits().look(List.of("link-1")));
        assertThat(all.records()).hasSize(Waits.MOST_RECORDS - 1);
        assertThat(all.certain()).hasSize(Waits.MOST_RECORDS - 1);
        assertThat(all.isComplete()).isTrue();
        for (int i = 0; i < 32; i++) {
            int next = Waits.MOST_RECORDS + i;
            enters(next, "link-" + next, "link-" + (next + 1));
        }
        assertThat(get(store.waits().look(List.of("link-1"))).isComplete()).isFalse();
    }

    @Test
    void very_many_locks_are_entered_and_looked_at_in_several_calls() {
        List<Wanted> wanted = new ArrayList<>();
        List<Held> held = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            wanted.add(new Wanted("other-" + i, "id-" + i, "id-" + i, 1, 1, 0));
            held.add(new Held("many-" + i, "id-" + i, 1, 0));
            enters(i, "other-" + i, "many-" + i);
        }
        enters(1_000, "own", "many-63");
        Waits seen = get(store.waits()
                .enter(
                        new WaitRecord(
                                "owner", 1, "me", new Tag("owner", ""), 0, DeadlockVictim.YOUNGEST, wanted, held),
                        BELIEVED));
        assertThat(seen.records()).hasSize(64);
        assertThat(seen.isComplete()).isTrue();
        assertThat(enters(1_000, "own", "many-63").records())
                .extracting(WaitRecord::owner)
                .hasSize(65)
                .startsWith("owner");
        get(store.waits().forget("owner", 1, 0));
        assertThat(enters(1_000, "own", "many-63").records()).isEmpty();
        assertThat(enters(1_000, "own", "many-0").records()).isEmpty();
    }

    @Test
    void a_record_is_certain_for_as_long_as_its_client_waits_before_a_lease_goes_on() {
        enters(1, "a", "b", new Term(600_000, 1));
        assertThat(Polling.until(
                        Duration.ofSeconds(30),
                        () -> get(store.waits().look(List.of("a"))).certain().isEmpty()))
                .isTrue();
        assertThat(get(store.waits().look(List.of("a"))).records()).hasSize(1);
        enters(1, "a", "b");
        assertThat(get(store.waits().look(List.of("a"))).certain()).containsExactly("owner-1");
    }

    @Test
    void all_that_are_believed_are_listed_with_what_they_hold() {
        for (int i = 0; i < 3 * MOST; i++) {
            enters(i, "held-" + i, "wanted");
        }
        get(store.waits().forget("owner-1", 1, 600_000));
        get(store.waits().forget("owner-2", 1, 0));
        WaitRecord over = new WaitRecord(
                "over",
                1,
                "me",
                new Tag("owner", ""),
                0,
                DeadlockVictim.YOUNGEST,
                List.of(new Wanted("wanted", "id", "id", 1, 1, 0)),
                List.of(new Held("held", "id", 1, 0)));
        get(store.waits().enter(over, new Term(0, 0)));
        WaitRegister.Page page = get(store.waits().list(""));
        assertThat(page.next()).as("an owner and its locks are stored apart").isEmpty();
        assertThat(page.records())
                .hasSize(3 * MOST - 2)
                .allMatch(record -> record.held().size() == 1)
                .extracting(WaitRecord::owner)
                .doesNotContain("owner-1", "owner-2", "over");
    }

    private Waits enters(int number, String held, String wanted) {
        return enters(number, held, wanted, BELIEVED);
    }

    private Waits enters(int number, String held, String wanted, Term term) {
        String id = "id-" + number;
        return get(store.waits()
                .enter(
                        new WaitRecord(
                                "owner-" + number,
                                1,
                                "me",
                                new Tag("owner", ""),
                                0,
                                DeadlockVictim.YOUNGEST,
                                List.of(new Wanted(wanted, id, id, 1, 1, 0)),
                                List.of(new Held(held, id, 1, 0))),
                        term));
    }
}
