package dev.mortise.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.LockUnavailableException;
import dev.mortise.admin.ForceReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForcedPatternTest {
    private static final ClientInfo CLIENT = new ClientInfo("abcdef", "host", 7, "", "1", Optional.empty());

    private final List<String> released = new ArrayList<>();

    private static LockInfo held(String name, long token) {
        LockInfo.Holder holder = new LockInfo.Holder("", CLIENT, "", Instant.EPOCH, Optional.empty(), token, 1);
        return new LockInfo(name, LockKind.MUTEX, 1, 1, List.of(holder), List.of(), token);
    }

    private static LockInfo waitedFor(String name) {
        LockInfo.Waiter waiter = new LockInfo.Waiter(1, "", CLIENT, "", Instant.EPOCH, 1);
        return new LockInfo(name, LockKind.MUTEX, 1, 0, List.of(), List.of(waiter), 5);
    }

    private int release(String name) {
        if (name.startsWith("!")) {
            throw new LockUnavailableException(name, "no answer", null);
        }
        released.add(name);
        return 1;
    }

    @Test
    void a_lock_that_is_listed_twice_is_released_once() {
        ForceReport report = ForcedPattern.of(Stream.of(held("a", 1), held("b", 2), held("a", 3)), this::release);
        assertThat(released).containsExactly("a", "b");
        assertThat(report.ended()).isEqualTo(2);
        assertThat(report.toString()).isEqualTo("Released 2 locks\na: host/7 token 1\nb: host/7 token 2");
    }

    @Test
    void what_is_only_waited_for_is_left_alone() {
        assertThat(ForcedPattern.of(Stream.of(waitedFor("a")), this::release).locks())
                .isEmpty();
        assertThat(ForcedPattern.dry(Stream.of(waitedFor("a"), held("b", 1))).locks())
                .extracting(ForceReport.Forced::lockName)
                .containsExactly("b");
        assertThat(released).isEmpty();
    }

    @Test
    void when_the_server_is_silent_it_is_said_how_far_it_came() {
        assertThatThrownBy(() -> ForcedPattern.of(Stream.of(held("a", 1), held("!b", 2), held("c", 3)), this::release))
                .isInstanceOfSatisfying(
                        LockUnavailableException.class,
                        failure -> assertThat(failure.lockName()).isEqualTo("!b"))
                .hasMessage("no answer (1 locks had been released by then)");
        assertThat(released).containsExactly("a");
    }
}
