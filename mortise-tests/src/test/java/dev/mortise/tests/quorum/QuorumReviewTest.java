package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.tests.world.ClientTime;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a review found. */
final class QuorumReviewTest extends OnInMemoryQuorum {
    @Test
    void a_newcomer_that_is_first_at_a_node_without_its_data_gets_no_vote_there() {
        mine.wire(2).disconnect();
        mine.granted(1);
        mine.wire(2).reconnect();
        nodes.get(1).restart(InMemoryServer.Snapshot.empty());
        Member newcomer = new Member("c", QuorumSettings.defaults());
        AcquireReply reply = reply(newcomer.acquire(1, true));
        mine.wire(1).reconnect();
        assertThat(reply).isNotInstanceOf(AcquireReply.Granted.class);
        assertThat(mine.renew(1)).isInstanceOf(RenewReply.Renewed.class);
    }

    @Test
    void a_newcomer_whose_wait_began_before_gets_no_vote_of_a_node_without_its_data() {
        mine.wire(2).disconnect();
        mine.granted(1);
        mine.wire(2).reconnect();
        nodes.get(1).restart(InMemoryServer.Snapshot.empty());
        Member newcomer = new Member("c", QuorumSettings.defaults());
        mine.wire(1).reconnect();
        assertThat(reply(newcomer.acquire(1, true))).isNotInstanceOf(AcquireReply.Granted.class);
    }

    @Test
    void a_vote_of_a_later_round_is_taken_back_though_one_of_an_earlier_round_fails_after_it() {
        other.wire(0).disconnect();
        other.granted(1);
        List<CompletableFuture<Object>> held = new ArrayList<>();
        InMemoryLockStore wire = mine.wire(0);
        VotingStore slow = (VotingStore) Proxy.newProxyInstance(
                VotingStore.class.getClassLoader(), new Class<?>[] {VotingStore.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(wire, arguments);
                    if (!method.getName().equals("vote") || held.size() == 2) {
                        return answer;
                    }
                    CompletableFuture<Object> late = new CompletableFuture<>();
                    held.add(late);
                    ((CompletableFuture<?>) answer)
                            .thenAccept(value -> late.completeOnTimeout(value, 1, java.util.concurrent.TimeUnit.DAYS));
                    return held.size() == 2 ? answer : late;
                });
        Map<String, VotingStore> ends = new LinkedHashMap<>();
        ends.put("0", slow);
        ends.put("1", mine.wire(1));
        ends.put("2", mine.wire(2));
        QuorumStore store = new QuorumStore(ends, time, QuorumSettings.defaults());
        AcquireRequest request = mine.request(7, true);
        assertThat(reply(store.acquire(request))).isInstanceOf(AcquireReply.Queued.class);
        mine.wire(1).faults().holdReplies();
        mine.wire(2).faults().holdReplies();
        CompletableFuture<AcquireReply> second = store.acquire(request);
        held.get(0)
                .completeExceptionally(new dev.mortise.internal.store.StoreException(
                        dev.mortise.internal.store.StoreException.Effect.UNKNOWN, "late", null));
        mine.wire(1).faults().releaseReplies();
        mine.wire(2).faults().releaseReplies();
        assertThat(reply(second)).isInstanceOf(AcquireReply.Queued.class);
        assertThat(on(0)).doesNotContain("holder");
    }

    @Test
    void tokens_grow_over_a_loss_of_data_with_the_shortest_quiet_period_and_clocks_within_five_seconds() {
        Duration quiet = Duration.ofSeconds(10);
        List<InMemoryLockStore> fast = new ArrayList<>();
        QuorumStore ahead = store("c", 4_000_000, quiet, fast);
        fast.get(2).disconnect();
        long first = token(ahead, "c");
        reply(ahead.release(LOCK, "c".repeat(22) + "-1", 1, 0));
        nodes.get(1).restart(InMemoryServer.Snapshot.empty());
        fast.forEach(InMemoryLockStore::reconnect);
        pass(10_001);
        List<InMemoryLockStore> slow = new ArrayList<>();
        QuorumStore behind = store("d", -4_000_000, quiet, slow);
        slow.get(0).disconnect();
        assertThat(token(behind, "d")).isGreaterThan(first);
    }

    private static long token(QuorumStore store, String letter) {
        AcquireReply reply = reply(store.acquire(new AcquireRequest(
                LOCK, letter.repeat(22) + "-1", Shape.MUTEX, 1, 5_000, true, 0, new Tag("owner", ""), 100, 0)));
        assertThat(reply).isInstanceOf(AcquireReply.Granted.class);
        return ((AcquireReply.Granted) reply).token();
    }

    private QuorumStore store(String letter, long offsetMicros, Duration quiet, List<InMemoryLockStore> wires) {
        Map<String, VotingStore> ends = new LinkedHashMap<>();
        for (InMemoryServer node : nodes) {
            InMemoryLockStore wire = new InMemoryLockStore(node, Runnable::run, Optional.of(quiet));
            wires.add(wire);
            ends.put("node" + wires.size(), wire);
        }
        QuorumStore store = new QuorumStore(ends, new ClientTime(time, offsetMicros), QuorumSettings.defaults());
        store.open(letter.repeat(22), mine).join();
        assertThat(Failure.of(new RuntimeException())).isNotNull();
        return store;
    }
}
