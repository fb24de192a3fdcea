package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.lettuce.FakeConnection.Answer;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of its connections a request goes over, and when they are replaced. */
final class ServerRunnerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final long PATIENCE_SECONDS = 60;

    private final HandTime time = new HandTime();
    private final List<FakeConnection> commands = new ArrayList<>();
    private final List<FakeConnection> inboxes = new ArrayList<>();
    private boolean refused;
    private final ServerRunner runner = ServerRunner.connected(new Source(), time, TIMEOUT);

    @Test
    void a_server_that_takes_no_writes_any_more_is_left() {
        commands.get(0).answers =
                () -> Answer.failed(new RedisCommandExecutionException("READONLY You can't write against a replica."));
        assertThat(run()).isCompletedExceptionally();
        time.pass(1_000);
        assertThat(commands).hasSize(2);
        assertThat(run()).isCompletedWithValue(1L);
        time.pass(2_000);
        assertThat(commands.get(0).closed).isTrue();
        assertThat(inboxes.get(0).closed).isTrue();
    }

    @Test
    void who_hears_a_channel_is_told_that_messages_may_be_lost_when_connections_were_replaced() {
        Told told = new Told();
        assertThat(runner.subscribe("channel", told)).isCompleted();
        assertThat(told.resubscribed).isZero();
        commands.get(0).answers = Answer::none;
        run();
        time.pass(3_000);
        assertThat(inboxes).hasSize(2);
        assertThat(inboxes.get(1).asked).contains("subscribe");
        assertThat(told.resubscribed).isPositive();
    }

    @Test
    void what_goes_apart_goes_the_common_way_from_a_request_without_answer_until_the_inbox_is_up_again() {
        inboxes.get(0).answers = Answer::none;
        CompletableFuture<Object> first = runApart();
        time.pass(TIMEOUT.toMillis());
        assertThat(first).isCompletedExceptionally();
        assertThat(runApart()).isCompletedWithValue(1L);
        assertThat(inboxes.get(0).asked).containsExactly("evalsha");
        inboxes.get(0).comesUpAgain();
        inboxes.get(0).answers = () -> Answer.of(2L);
        assertThat(runApart()).isCompletedWithValue(2L);
    }

    @ParameterizedTest
    @ValueSource(longs = {3_000, 15_000})
    void a_node_of_a_quorum_is_not_given_up_while_its_first_connection_may_still_come_up(long millis) throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> comesUp = new CompletableFuture<>();
        time.background = task -> new Thread(task).start();
        Source slow = new Source() {
            @Override
            public OpenedConnections open() {
                begun.complete(null);
                Await.result(comesUp);
                return super.open();
            }
        };
        CompletableFuture<Boolean> tried =
                ServerRunner.connecting(slow, time, TIMEOUT).firstTried();
        begun.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        time.pass(millis);
        comesUp.complete(null);
        assertThat(tried.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void who_asks_is_told_why_no_connection_comes_up() {
        assertThat(runner.whyNot("key")).isEmpty();
        refused = true;
        commands.get(0).answers = Answer::none;
        run();
        time.pass(3_000);
        assertThat(runner.whyNot("key")).contains("WRONGPASS");
        refused = false;
        time.pass(10_000);
        assertThat(runner.whyNot("key")).isEmpty();
    }

    private CompletableFuture<Object> run() {
        return runner.run(Script.IS_NEW, List.of("key"), List.of());
    }

    private CompletableFuture<Object> runApart() {
        return runner.runApart(Script.IS_NEW, List.of("key"), List.of());
    }

    private static final class Told implements ScriptRunner.Listener {
        private int resubscribed;

        @Override
        public void message(String text) {}

        @Override
        public void resubscribed() {
            resubscribed++;
        }
    }

    private class Source implements ConnectionSource {
        @Override
        public OpenedConnections open() {
            if (refused) {
                throw new RedisCommandExecutionException("WRONGPASS invalid username-password pair");
            }
            FakeConnection forCommands = new FakeConnection();
            FakeConnection forMessages = new FakeConnection();
            commands.add(forCommands);
            inboxes.add(forMessages);
            return new OpenedConnections(forCommands.forCommands(), forMessages.forMessages());
        }

        @Override
        public StatefulRedisConnection<String, String> openOne() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Timer timer() {
            return time;
        }

        @Override
        public String server() {
            return "server";
        }

        @Override
        public void close() {}
    }
}
