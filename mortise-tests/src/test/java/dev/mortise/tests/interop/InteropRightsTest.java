package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import dev.mortise.ReleaseOutcome;
import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.LockLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The users for locks of other libraries, as the guide gives them. */
@SuppressWarnings("try") // what is held is held for its time
final class InteropRightsTest extends OnInterop {
    private static final Path PAGE = Path.of("..", "docs", "guide", "security.md");
    private static final String PASSWORD = "only-for-tests";

    /**
     * A user of the guide.
     *
     * @param title of its line there
     */
    record Documented(String title, LockLayout layout) {
        @Override
        public String toString() {
            return title;
        }

        List<String> rules() throws IOException {
            List<String> lines = Files.readAllLines(PAGE);
            int title = lines.indexOf("# " + this.title);
            assertThat(title).as("a user for %s", this.title).isPositive();
            String[] words = lines.get(title + 1).split(" ");
            return List.of(Arrays.copyOfRange(words, 4, words.length));
        }
    }

    static Stream<Documented> users() {
        return Stream.of(
                new Documented("one key for a lock, here ShedLock's", LockLayout.shedLock("default")),
                new Documented(
                        "RedisLockRegistry of Spring Integration, with registry as its key",
                        LockLayout.springIntegration("registry")),
                new Documented("python-redis-lock", LockLayout.pythonRedisLock()));
    }

    @AfterEach
    void userIsGone() {
        redis("ACL", "DELUSER", "app");
        redis("SCRIPT", "FLUSH");
    }

    private InteropLocks as(LockLayout layout, List<String> rules) {
        List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "app", "reset", "on", ">" + PASSWORD));
        command.addAll(rules);
        redis(command.toArray(String[]::new));
        // Clients of a test before may have found their user gone.
        redis("ACL", "LOG", "RESET");
        return locks(layout, "redis://app:" + PASSWORD + "@" + server().host() + ":" + server().port());
    }

    @ParameterizedTest
    @MethodSource("users")
    void a_user_of_the_guide_may_do_all_that_is_needed(Documented user) throws Exception {
        InteropLocks locks = as(user.layout(), user.rules());
        InteropLease lease = had(locks.lock("job").tryAcquire());
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        lease.extend(Duration.ofSeconds(20));
        assertThat(locks.lock("job").heldBy()).isPresent();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(get(waiting).release()).isEqualTo(ReleaseOutcome.RELEASED);
        locks.close();
        assertThat((List<?>) redis("ACL", "LOG"))
                .allSatisfy(entry -> assertThat(String.valueOf(entry)).contains("client|setinfo"));
    }

    @Test
    void a_right_that_is_missing_is_named_by_the_call_that_lacks_it() throws Exception {
        Documented user = users().findFirst().orElseThrow();
        List<String> rules = new ArrayList<>(user.rules());
        rules.remove("+set");
        InteropLocks locks = as(user.layout(), rules);
        assertThatThrownBy(() -> locks.lock("job").tryAcquire())
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("lacks a right");
    }

    @Test
    void without_blpop_a_waiter_asks_from_time_to_time() throws Exception {
        Documented user = users().reduce((first, last) -> last).orElseThrow();
        List<String> rules = new ArrayList<>(user.rules());
        rules.remove("+blpop");
        InteropLocks locks = as(user.layout(), rules);
        redis("SET", "lock:job", "python");
        CompletableFuture<InteropLease> waiting = waiting(locks, "job");
        Thread.sleep(300);
        redis("DEL", "lock:job");
        get(waiting).close();
    }
}
