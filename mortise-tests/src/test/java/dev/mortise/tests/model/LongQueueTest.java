package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.Shape;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.tests.model.Step.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Queues longer than random sequences make them. */
class LongQueueTest {
    private static final int WAITERS = 300;

    @Test
    void the_next_waiter_is_found_behind_many_that_left() {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        for (int lease = 1; lease <= WAITERS; lease++) {
            steps.add(acquire(0, lease));
        }
        for (int lease = 2; lease < WAITERS; lease++) {
            steps.add(new Step.Withdraw(0, 0, lease, 0));
        }
        steps.add(new Step.Release(0, 0, 0, 1, 0));
        steps.add(new Step.Release(0, 0, 1, 2, 0));
        steps.add(new Step.Release(0, 0, WAITERS, 3, 0));

        assertSame(steps);
    }

    @Test
    void the_next_waiter_is_found_behind_many_whose_client_is_gone() {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        for (int lease = 1; lease <= WAITERS; lease++) {
            steps.add(acquire(1, lease));
        }
        steps.add(acquire(0, 1));
        steps.add(new Step.LoseInbox(1));
        for (int turn = 0; turn < 4; turn++) {
            steps.add(new Step.Release(0, 0, turn, 1, 0));
            steps.add(acquire(0, turn + 2));
        }

        assertSame(steps);
    }

    private static void assertSame(List<Step> steps) {
        Setup setup = new Setup(Theme.ANYTHING, List.of(Shape.MUTEX, Shape.MUTEX), 2, OptionalLong.empty(), 300);
        try (RedisProcess process = RedisProcess.start();
                LuaServer server = new LuaServer(process.host(), process.port())) {
            assertThat(Comparison.run(new Plan(0, setup, steps), server)).isEmpty();
        }
    }

    private static Step acquire(int client, int lease) {
        return new Step.Acquire(client, 0, lease, 1, 30_000, true, Memory.NONE, 10_000, Memory.NONE, false);
    }
}
