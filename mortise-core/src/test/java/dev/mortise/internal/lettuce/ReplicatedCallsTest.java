package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.lettuce.FakeConnection.Answer;
import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A connection that broke is not used again, however soon the driver has it up again. */
final class ReplicatedCallsTest {
    private final HandTime time = new HandTime();
    private final List<FakeConnection> opened = new ArrayList<>();
    private final ReplicatedCalls calls = new ReplicatedCalls(
            () -> {
                FakeConnection connection = new FakeConnection();
                opened.add(connection);
                return CompletableFuture.completedFuture(connection.forCommands());
            },
            time);

    @Test
    void a_call_on_it_fails_at_once_as_unknown_and_the_next_has_another() {
        run();
        opened.get(0).answers = Answer::none;
        CompletableFuture<ReplicatedReply> call = run();
        assertThat(call).isNotDone();
        opened.get(0).breaks();
        assertThat(call.handle((reply, failure) -> ((StoreException) failure).effect()))
                .isCompletedWithValue(Effect.UNKNOWN);
        opened.get(0).comesUpAgain();
        assertThat(opened.get(0).closed).isTrue();
        assertThat(run()).isCompleted();
        assertThat(opened).hasSize(2);
    }

    @Test
    void an_idle_one_is_closed() {
        assertThat(run()).isCompleted();
        opened.get(0).breaks();
        opened.get(0).comesUpAgain();
        assertThat(opened.get(0).closed).isTrue();
        assertThat(run()).isCompleted();
        assertThat(opened).hasSize(2);
    }

    private CompletableFuture<ReplicatedReply> run() {
        return calls.run(Script.ACQUIRE.text(), List.of("key"), List.of(), new RequiredCopies(false, 0, 1, 1_000));
    }
}
