package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.Catalogue.Page;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a quorum has on record, when not all of its nodes answer, or know the same. */
final class QuorumCatalogueTest extends OnInMemoryQuorum {
    private static final int LOCKS = 450;

    /** So often one after the other. */
    private static final int SILENT = 4;

    private void hold() {
        for (int i = 0; i < LOCKS; i++) {
            acquire("lock-" + i);
        }
    }

    private void acquire(String lock) {
        AcquireRequest any = mine.request(1, false);
        AcquireRequest request =
                new AcquireRequest(lock, mine.id + "-" + lock, any.shape(), 1, LEASE, false, 0, any.tag(), 100, 0);
        assertThat(reply(mine.store.acquire(request))).isInstanceOf(AcquireReply.Granted.class);
    }

    private Catalogue catalogue() {
        return other.store.catalogue();
    }

    @Test
    void every_lock_comes_and_the_last_page_says_so() {
        hold();
        assertThat(all("*")).hasSize(LOCKS);
        assertThat(all("lock-44?")).hasSize(10);
        assertThat(all("none")).isEmpty();
    }

    @Test
    void what_a_majority_has_comes_whichever_node_is_away() {
        for (int away = 0; away < 3; away++) {
            mine.wire(away).disconnect();
            acquire("without-" + away);
            mine.wire(away).reconnect();
        }
        for (int away = 0; away < 3; away++) {
            other.wire(away).disconnect();
            assertThat(all("*")).containsExactly("without-0", "without-1", "without-2");
            other.wire(away).reconnect();
        }
    }

    @Test
    void nodes_that_are_silent_for_a_moment_hide_nothing() {
        hold();
        Page first = reply(catalogue().locks("*", ""));
        other.wire(0).disconnect();
        Page second = reply(catalogue().locks("*", first.next()));
        other.wire(1).disconnect();
        Page third = reply(catalogue().locks("*", second.next()));
        other.wire(0).reconnect();
        other.wire(1).reconnect();
        other.wire(2).disconnect();
        Set<String> names = rest("*", third.next());
        for (Page page : List.of(first, second, third)) {
            names.addAll(page.names());
        }
        assertThat(names).hasSize(LOCKS);
    }

    @Test
    void a_node_that_is_silent_for_long_is_left_out_and_two_are_too_many() {
        hold();
        other.wire(0).disconnect();
        other.wire(1).disconnect();
        String at = "";
        for (int i = 1; i < SILENT; i++) {
            Page page = reply(catalogue().locks("*", at));
            at = page.next();
            assertThat(at).isNotEmpty();
        }
        StoreException failure = failure(catalogue().locks("*", at));
        assertThat(failure.effect()).isEqualTo(Effect.NONE);
        assertThat(failure).hasMessageContaining("too few to decide").hasMessageContaining("node1");
        other.wire(1).reconnect();
        assertThat(rest("*", at)).hasSize(LOCKS);
    }

    @Test
    void nodes_that_refuse_are_not_asked_again() {
        hold();
        other.wire(0).faults().refuseAll(StoreOperation.LIST);
        other.wire(1).faults().refuseAll(StoreOperation.LIST);
        assertThat(failure(catalogue().locks("*", "")).effect()).isEqualTo(Effect.REFUSED);
    }

    private Set<String> all(String pattern) {
        return rest(pattern, "");
    }

    private Set<String> rest(String pattern, String from) {
        Set<String> names = new TreeSet<>();
        List<String> cursors = new ArrayList<>(List.of(from));
        String cursor = from;
        do {
            Page page = reply(catalogue().locks(pattern, cursor));
            names.addAll(page.names());
            cursor = page.next();
            assertThat(cursors).doesNotContain(cursor.isEmpty() ? "-" : cursor);
            cursors.add(cursor);
        } while (!cursor.isEmpty());
        return names;
    }
}
