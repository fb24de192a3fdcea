package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockException;
import dev.mortise.DeadlockVictim;
import dev.mortise.Lease;
import dev.mortise.LockTimeoutException;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose wait ends in a deadlock, and what is said of it. */
final class ChosenVictimTest extends OnOneServer {
    private final Member one = new Member();
    private final Member two = new Member();

    @Test
    void the_youngest_of_two_ends_and_says_why() {
        Lease x = one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(200);
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(2_500);
        DeadlockException why = deadlock(b);
        assertThat(a).isNotDone();
        assertThat(why.lockName()).isEqualTo("x");
        assertThat(why)
                .hasMessageContaining("deadlock of 2 owners, and this wait began last")
                .hasMessageContaining("b on ")
                .hasMessageMatching(".*holds 'y' since [-0-9:.TZ]+ and waits for 'x' since [-0-9:.TZ]+; .*")
                .hasMessageContaining("a on ")
                .hasMessageMatching(".*holds 'x' since [-0-9:.TZ]+ and waits for 'y' since [-0-9:.TZ]+");
        assertThat(why.cycle()).extracting(DeadlockException.Wait::owner).containsExactly("b", "a");
        assertThat(two.deadlocks()).singleElement().satisfies(event -> {
            assertThat(event.owner()).isEqualTo("b");
            assertThat(event.victim()).isEqualTo("b");
            assertThat(event.lockName()).isEqualTo("x");
            assertThat(event.cycle()).hasSize(2);
        });
        assertThat(one.deadlocks()).singleElement().satisfies(event -> {
            assertThat(event.owner()).isEqualTo("a");
            assertThat(event.victim()).isEqualTo("b");
            assertThat(event.lockName()).isEqualTo("y");
            assertThat(event.cycle()).isEmpty();
        });
        assertThat(x.isValid()).as("what it holds it still holds").isTrue();
    }

    @Test
    void several_locks_that_are_chosen_give_back_what_they_have() {
        DeadlockSettings fewest = DeadlockSettings.USUAL.ending(DeadlockVictim.FEWEST_LOCKS);
        Member three = new Member(fewest);
        Member four = new Member(fewest);
        four.holds("more", "z");
        four.holds("more", "other");
        CompletableFuture<Lease> several = three.client.allOf("y", "z").acquireAsync(as("less"));
        pass(100);
        CompletableFuture<Lease> more = four.wants("more", "y");
        pass(3_000);
        deadlock(several);
        had(more);
    }

    /** A wait may end by its time in the same moment; the other goes on in any case. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_wait_that_ends_in_the_same_moment_leaves_the_other(int half) {
        int victims = 0;
        int timeouts = 0;
        for (int seed = 100 * half; seed < 100 * half + 100; seed++) {
            Random random = new Random(seed);
            String n = "-" + seed;
            Lease x = one.holds("a" + n, "x" + n);
            Lease y = two.holds("b" + n, "y" + n);
            CompletableFuture<Lease> a = one.client
                    .lock("y" + n)
                    .acquireAsync(as("a" + n).maxWait(Duration.ofMillis(900 + random.nextInt(1_200))));
            CompletableFuture<Lease> b = two.client
                    .lock("x" + n)
                    .acquireAsync(as("b" + n).maxWait(Duration.ofMillis(900 + random.nextInt(1_200))));
            for (int i = 0; i < 60 && !a.isDone() && !b.isDone(); i++) {
                pass(50);
            }
            assertThat(a.isDone() || b.isDone()).as("seed %s", seed).isTrue();
            boolean aIsFirst = a.isDone();
            release(aIsFirst ? x : y);
            release(aIsFirst ? y : x);
            pass(50);
            for (CompletableFuture<Lease> wait : List.of(a, b)) {
                assertThat(wait).as("seed %s", seed).isDone();
                Throwable failure = wait.handle((lease, thrown) -> thrown).join();
                if (failure == null) {
                    release(wait.join());
                } else {
                    victims += failure instanceof DeadlockException ? 1 : 0;
                    timeouts += failure instanceof LockTimeoutException ? 1 : 0;
                }
            }
        }
        assertThat(victims).as("found before the time was over").isPositive();
        assertThat(timeouts).as("over before it was found").isPositive();
        pass(1_000);
        assertThat(server.locks()).isEmpty();
    }

    @Test
    void a_victim_that_tries_again_is_not_chosen_again() {
        one.holds("a", "x");
        Lease y = two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(100);
        deadlockAfter(two.wants("b", "x"));
        // It gives up what it has, and comes again; now the other is the younger one.
        release(y);
        release(had(a));
        Lease again = two.holds("b", "y");
        CompletableFuture<Lease> b = two.wants("b", "x");
        pass(200);
        CompletableFuture<Lease> next = one.wants("a", "y");
        deadlockAfter(next);
        assertThat(b).isNotDone();
        assertThat(again.isValid()).isTrue();
    }

    private void deadlockAfter(CompletableFuture<Lease> wait) {
        pass(3_000);
        deadlock(wait);
    }

    @Test
    void with_fewest_locks_the_owner_of_less_ends() {
        DeadlockSettings fewest = DeadlockSettings.USUAL.ending(DeadlockVictim.FEWEST_LOCKS);
        Member three = new Member(fewest);
        Member four = new Member(fewest);
        three.holds("less", "x");
        four.holds("more", "y");
        four.holds("more", "more");
        CompletableFuture<Lease> less = three.wants("less", "y");
        pass(300);
        CompletableFuture<Lease> more = four.wants("more", "x");
        pass(3_000);
        assertThat(deadlock(less)).hasMessageContaining("this owner holds the fewest locks");
        assertThat(more).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clients_that_would_choose_differently_end_one(boolean isFewestFirst) {
        Member fewest = new Member(DeadlockSettings.USUAL.ending(DeadlockVictim.FEWEST_LOCKS));
        // Each would leave it to the other.
        Member less = isFewestFirst ? one : fewest;
        Member more = isFewestFirst ? fewest : one;
        less.holds("a", "x");
        more.holds("b", "y");
        more.holds("b", "more");
        CompletableFuture<Lease> a = less.wants("a", "y");
        pass(300);
        CompletableFuture<Lease> b = more.wants("b", "x");
        pass(4_000);
        assertThat(Stream.of(a, b).filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(1);
    }

    @Test
    void a_client_that_only_reports_lets_none_of_its_owners_end() {
        Member report = new Member(DeadlockSettings.USUAL.ending(DeadlockVictim.NONE_JUST_REPORT));
        one.holds("a", "x");
        report.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(300);
        CompletableFuture<Lease> b = report.wants("b", "x");
        pass(4_000);
        deadlock(a);
        assertThat(b).isNotDone();
    }

    @Test
    void where_it_is_only_reported_each_waits_on_and_it_is_said_once() {
        DeadlockSettings report = DeadlockSettings.USUAL.ending(DeadlockVictim.NONE_JUST_REPORT);
        Member three = new Member(report);
        Member four = new Member(report);
        three.holds("a", "x");
        four.holds("b", "y");
        CompletableFuture<Lease> a = three.wants("a", "y");
        pass(100);
        CompletableFuture<Lease> b = four.wants("b", "x");
        pass(60_000);
        assertThat(a).isNotDone();
        assertThat(b).isNotDone();
        assertThat(four.deadlocks()).hasSize(1);
        assertThat(three.deadlocks()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void a_deadlock_is_said_once_however_long_it_takes_to_find_out_where_its_owners_run() {
        one.holds("a", "x");
        two.holds("b", "y");
        CompletableFuture<Lease> a = one.wants("a", "y");
        pass(100);
        CompletableFuture<Lease> b = two.wants("b", "x");
        two.store.faults().holdReplies(StoreOperation.HEARTBEAT);
        pass(5_000);
        assertThat(b).isNotDone();
        two.store.faults().releaseReplies();
        pass(100);
        deadlock(b);
        assertThat(a).isNotDone();
        assertThat(two.deadlocks()).hasSize(1);
    }
}
