package dev.mortise.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FaultProxyTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(150);

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private final RedisProcess server = redis.server();
    private FaultProxy proxy;
    private RespClient client;

    @BeforeEach
    void the_proxy_lets_everything_through() {
        proxy = FaultProxy.to(server);
        client = connect();
        assertThat(client.command("SET", "n", "0")).isEqualTo("OK");
    }

    @AfterEach
    void close() {
        try (FaultProxy used = proxy) {
            client.close();
            soon().until(() -> used.openConnections() == 0);
        }
    }

    @Test
    void pipelined_replies_keep_their_order_and_everything_is_counted() {
        for (int i = 0; i < 1000; i++) {
            client.send("INCR", "n");
        }
        for (long i = 1; i <= 1000; i++) {
            assertThat(client.read()).isEqualTo(i);
        }
        assertThat(proxy.requestsByCommand()).isEqualTo(Map.of("SET", 1L, "INCR", 1000L));
        assertThat(proxy.requests()).isEqualTo(1001);
        assertThat(proxy.replies()).isEqualTo(1001);
        assertThat(proxy.connections()).isEqualTo(1);
    }

    @Test
    void a_large_value_passes() {
        String large = "x".repeat(3_000_000);
        assertThat(client.command("SET", "large", large)).isEqualTo("OK");
        assertThat(client.command("GET", "large")).isEqualTo(large);
    }

    @Test
    void delayed_replies_come_late_and_in_order_and_delays_do_not_add_up() {
        proxy.delay(Direction.TO_CLIENT, SHORT);
        long before = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            client.send("INCR", "n");
        }
        for (long i = 1; i <= 100; i++) {
            assertThat(client.read()).isEqualTo(i);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(SHORT, SHORT.multipliedBy(50));
    }

    @Test
    void a_delayed_request_is_executed_late() {
        proxy.delay(Direction.TO_SERVER, SHORT);
        long before = System.nanoTime();
        assertThat(client.command("INCR", "n")).isEqualTo(1L);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(SHORT);
    }

    @Test
    void a_request_whose_reply_is_dropped_was_executed_and_the_connection_stays_silent() {
        try (RespClient impatient = connect()) {
            Fault fault = proxy.dropNextReply(Request.command("incr"));
            assertThat(impatient.command("PING")).isEqualTo("PONG");
            impatient.timeout(SHORT);

            assertThatThrownBy(() -> impatient.command("INCR", "n")).hasCauseInstanceOf(SocketTimeoutException.class);

            assertThat(fault.hits()).isEqualTo(1);
            assertThat(server.command("GET", "n")).isEqualTo("1");
            assertThatThrownBy(() -> impatient.command("PING")).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(client.command("INCR", "n")).isEqualTo(2L);
        }
    }

    @Test
    void in_place_of_a_dropped_reply_the_connection_can_end_in_order() {
        Fault fault = proxy.dropNextReply(Request.command("INCR"), Close.FIN);

        assertThatThrownBy(() -> client.command("INCR", "n")).hasCauseInstanceOf(EOFException.class);

        assertThat(fault.awaitHit(LONG)).isTrue();
        assertThat(server.command("GET", "n")).isEqualTo("1");
    }

    @Test
    void in_place_of_a_dropped_reply_the_connection_can_be_reset() {
        Fault fault = proxy.dropNextReply(Request.command("INCR"), Close.RST);

        assertThatThrownBy(() -> client.command("INCR", "n")).hasCauseInstanceOf(SocketException.class);

        assertThat(fault.awaitHit(LONG)).isTrue();
        assertThat(server.command("GET", "n")).isEqualTo("1");
    }

    @Test
    void a_connection_can_end_before_the_server_has_executed_the_request() {
        server.pause();
        Fault fault = proxy.closeAfterNextRequest(Request.command("INCR"), Close.FIN);

        assertThatThrownBy(() -> client.command("INCR", "n")).hasCauseInstanceOf(EOFException.class);

        assertThat(fault.hits()).isZero();
        server.resume();
        assertThat(fault.awaitHit(LONG)).isTrue();
        assertThat(server.command("GET", "n")).isEqualTo("1");
    }

    @Test
    void a_duplicated_request_is_executed_twice_and_answered_once() {
        Fault fault = proxy.duplicateNextRequest(Request.command("INCR"));

        assertThat(client.command("INCR", "n")).isEqualTo(1L);
        assertThat(client.command("GET", "n")).isEqualTo("2");
        assertThat(client.command("INCR", "n")).isEqualTo(3L);
        assertThat(fault.hits()).isEqualTo(1);
    }

    @Test
    void a_replayed_request_is_executed_again_when_its_connection_is_gone() {
        RespClient other = connect();
        other.command("SELECT", "3");
        Fault fault = proxy.replayNextRequest(Request.command("INCR"), SHORT);
        assertThat(other.command("INCR", "n")).isEqualTo(1L);
        other.close();

        assertThat(fault.awaitHit(LONG)).isTrue();
        client.command("SELECT", "3");
        assertThat(client.command("GET", "n")).isEqualTo("2");
    }

    @Test
    void swallowed_requests_never_reach_the_server_until_disarmed() {
        Fault fault = proxy.swallowRequests(Request.command("INCR"));
        for (int i = 0; i < 2; i++) {
            try (RespClient impatient = connect()) {
                impatient.timeout(SHORT);
                assertThatThrownBy(() -> impatient.command("INCR", "n"))
                        .hasCauseInstanceOf(SocketTimeoutException.class);
            }
        }
        assertThat(fault.hits()).isEqualTo(2);

        fault.disarm();
        assertThat(client.command("INCR", "n")).isEqualTo(1L);
    }

    @Test
    void a_fault_can_be_meant_for_one_connection() {
        try (RespClient other = connect()) {
            Fault fault = proxy.dropNextReply(
                    Request.any().and(request -> request.connection().number() == 1), Close.RST);

            assertThat(other.command("PING")).isEqualTo("PONG");
            assertThatThrownBy(() -> client.command("PING")).isInstanceOf(UncheckedIOException.class);
            assertThat(fault.hits()).isEqualTo(1);
        }
    }

    @Test
    void a_black_hole_to_the_client_executes_and_says_nothing_until_there_is_a_new_connection() {
        try (RespClient impatient = connect()) {
            impatient.command("PING");
            impatient.timeout(SHORT);
            proxy.blackHole(Direction.TO_CLIENT, true);
            assertThatThrownBy(() -> impatient.command("INCR", "n")).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(server.command("GET", "n")).isEqualTo("1");

            proxy.heal();
            assertThatThrownBy(() -> impatient.command("PING")).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(client.command("GET", "n")).isEqualTo("1");
        }
    }

    @Test
    void behind_a_black_hole_the_server_does_not_learn_that_a_subscriber_has_gone() {
        RespClient subscriber = connect();
        subscriber.command("SUBSCRIBE", "c");
        proxy.blackHole(Direction.TO_SERVER, true);
        subscriber.close();

        assertThat(server.command("PUBLISH", "c", "m")).isEqualTo(1L);
        proxy.closeAll(Close.RST);
        soon().until(
                        () -> server.command("PUBLISH", "c", "m"),
                        count -> Long.valueOf(0).equals(count));
    }

    @Test
    void what_is_held_arrives_when_it_is_let_go() {
        proxy.hold(Direction.TO_SERVER, true);
        client.send("INCR", "n");
        soon().until(() -> proxy.requestsByCommand().containsKey("INCR"));
        assertThat(server.command("GET", "n")).isEqualTo("0");

        proxy.hold(Direction.TO_SERVER, false);
        assertThat(client.read()).isEqualTo(1L);
    }

    @Test
    void dropped_messages_do_not_arrive_and_subscriptions_stay() {
        try (RespClient subscriber = connect()) {
            proxy.dropMessages(true);
            assertThat(subscriber.command("SUBSCRIBE", "c")).isEqualTo(List.of("subscribe", "c", 1L));
            assertThat(client.command("PUBLISH", "c", "lost")).isEqualTo(1L);
            soon().until(() -> proxy.messages() == 1);

            proxy.dropMessages(false);
            assertThat(client.command("PUBLISH", "c", "seen")).isEqualTo(1L);
            assertThat(subscriber.read()).isEqualTo(List.of("message", "c", "seen"));
        }
    }

    @Test
    void only_the_subscribers_can_be_closed() {
        try (RespClient subscriber = connect()) {
            subscriber.command("SUBSCRIBE", "c");

            proxy.closeIf(ProxyConnection::isSubscriber, Close.RST);

            assertThatThrownBy(subscriber::read).hasCauseInstanceOf(SocketException.class);
            assertThat(client.command("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void all_connections_can_end_in_order_or_by_reset() {
        proxy.closeAll(Close.FIN);
        assertThatThrownBy(client::read).hasCauseInstanceOf(EOFException.class);

        try (RespClient next = connect()) {
            next.command("PING");
            proxy.closeAll(Close.RST);
            assertThatThrownBy(next::read).hasCauseInstanceOf(SocketException.class);
        }
        soon().until(() -> server.info("clients").get("connected_clients"), "1"::equals);
    }

    @Test
    void refused_connections_are_taken_again_on_the_same_port_and_old_ones_stay() {
        proxy.refuse(true);
        assertThatThrownBy(this::ping).hasCauseInstanceOf(ConnectException.class);
        assertThat(client.command("PING")).isEqualTo("PONG");

        proxy.refuse(false);
        assertThat(ping()).isEqualTo("PONG");
    }

    @Test
    void the_end_of_the_server_is_passed_on() {
        server.kill();
        assertThatThrownBy(client::read).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(this::ping).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void the_end_of_a_client_is_passed_on() {
        client.close();
        soon().until(() -> server.info("clients").get("connected_clients"), "1"::equals);
    }

    @Test
    void the_uri_has_the_password_of_the_server() {
        try (RedisProcess closed = RedisProcess.builder().password("p@ss").start();
                FaultProxy to = FaultProxy.to(closed)) {
            assertThat(to.uri()).isEqualTo("redis://:p%40ss@127.0.0.1:" + to.port());
        }
    }

    @Test
    void a_request_does_not_show_its_arguments() {
        Request request = new Request(List.of("auth", "secret"), new ProxyConnection() {
            @Override
            public int number() {
                return 7;
            }

            @Override
            public boolean isSubscriber() {
                return false;
            }
        });
        assertThat(request).hasToString("AUTH with 1 arguments on connection 7");
    }

    private static ConditionFactory soon() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    private @Nullable Object ping() {
        try (RespClient next = connect()) {
            return next.command("PING");
        }
    }

    private RespClient connect() {
        return RespClient.connect("127.0.0.1", proxy.port(), LONG);
    }
}
