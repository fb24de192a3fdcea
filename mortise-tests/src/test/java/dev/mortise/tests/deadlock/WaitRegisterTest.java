package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.Waits;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The register of waits as the scripts keep it. */
final class WaitRegisterTest extends OnRedis {
    private static final int MOST = 128;
    private static final long BELIEVED = 600_000;

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
    void no_more_locks_are_looked_at_than_may_be() {
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i <= MOST; i++) {
            wanted.add(new Wanted("many-" + i, "id-" + i, "id-" + i, 1, 1, 0));
        }
        WaitRecord record = new WaitRecord(
                "owner", 1, "me", new Tag("owner", ""), 0, wanted, List.of(new Held("held", "id", 1, 0)));
        assertThat(get(store.waits().enter(record, BELIEVED)).isComplete()).isFalse();
        WaitRecord less = record.with(wanted.subList(1, wanted.size()), record.held());
        assertThat(get(store.waits().enter(less, BELIEVED)).isComplete()).isTrue();
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
    void a_look_at_more_than_may_be_says_so() {
        for (int i = 0; i <= MOST; i++) {
            enters(i, "link-" + i, "link-" + (i + 1));
        }
        Waits seen = get(store.waits().look(List.of("link-0")));
        assertThat(seen.records()).hasSize(MOST);
        assertThat(seen.isComplete()).isFalse();
    }

    @Test
    void all_that_are_believed_are_listed_in_pages() {
        for (int i = 0; i < 3 * MOST; i++) {
            enters(i, "held-" + i, "wanted");
        }
        get(store.waits().forget("owner-1", 1, BELIEVED));
        get(store.waits().forget("owner-2", 1, 0));
        WaitRecord over = new WaitRecord(
                "over",
                1,
                "me",
                new Tag("owner", ""),
                0,
                List.of(new Wanted("wanted", "id", "id", 1, 1, 0)),
                List.of(new Held("held", "id", 1, 0)));
        get(store.waits().enter(over, 0));
        Set<String> owners = new TreeSet<>();
        int pages = 0;
        String cursor = "";
        do {
            WaitRegister.Page page = get(store.waits().list(cursor));
            page.records().forEach(record -> owners.add(record.owner()));
            pages++;
            cursor = page.next();
        } while (!cursor.isEmpty());
        assertThat(owners).hasSize(3 * MOST - 2).doesNotContain("owner-1", "owner-2", "over");
        assertThat(pages).isGreaterThan(2);
    }

    private Waits enters(int number, String held, String wanted) {
        String id = "id-" + number;
        return get(store.waits()
                .enter(
                        new WaitRecord(
                                "owner-" + number,
                                1,
                                "me",
                                new Tag("owner", ""),
                                0,
                                List.of(new Wanted(wanted, id, id, 1, 1, 0)),
                                List.of(new Held(held, id, 1, 0))),
                        BELIEVED));
    }
}
