package dev.mortise.internal.acquire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PollTurnsTest {
    @Test
    void a_poll_that_throws_does_not_keep_the_others_from_their_turn() {
        PollTurns turns = new PollTurns();
        AtomicInteger polls = new AtomicInteger();
        Throwable thrown = catchThrowable(() -> turns.await(() -> {
            turns.end();
            throw new AssertionError("as the test ordered");
        }));
        turns.await(() -> {
            polls.incrementAndGet();
            turns.end();
        });
        assertThat(polls).hasValue(1);
        assertThat(thrown).isNull();
    }
}
