package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mortise.LockUnavailableException;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.FreePorts;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SentinelDeployment;
import dev.mortise.testkit.junit.SentinelExtension;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever prevents a connection: the password is in no message, no cause and no line of the log. */
final class PasswordSecrecyTest {
    private static final String SECRET = "aV3ry-secret.Word";

    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    @Test
    void of_a_login_that_is_refused() {
        fails(builder -> builder.uri("redis://app:" + SECRET + "@" + master()), "WRONGPASS");
        fails(builder -> builder.cluster("redis://app:" + SECRET + "@" + master()), "WRONGPASS");
        fails(builder -> builder.uri("redis-sentinel://app:" + SECRET + "@" + sentinel() + "/0#mortise"), "WRONGPASS");
    }

    @Test
    void of_a_login_that_the_sentinels_refuse() {
        fails(
                builder -> builder.uri("redis-sentinel://" + sentinel() + "/0?sentinelUser=watch&sentinelPassword="
                        + SECRET + "#mortise"),
                "WRONGPASS");
    }

    @Test
    void of_servers_that_cannot_be_reached() {
        String nobody = "127.0.0.1:" + FreePorts.next();
        String login = "app:" + SECRET + "@";
        fails(builder -> builder.uri("redis://" + login + nobody), "Connection refused");
        fails(builder -> builder.uri("rediss://" + login + master()), "");
        fails(builder -> builder.cluster("redis://" + login + nobody), "Connection refused");
        fails(
                builder -> builder.uri("redis-sentinel://" + login + nobody + "/0?sentinelUser=watch&sentinelPassword="
                        + SECRET + "#mortise"),
                "");
        fails(builder -> builder.uri("redis://" + login + "no-such-host.invalid"), "unknown host: ");
        fails(builder -> builder.uri("redis-socket://" + login + "/no/such/socket"), "");
    }

    @Test
    void of_a_master_that_the_sentinels_do_not_know() {
        fails(
                builder -> builder.uri("redis-sentinel://app:" + SECRET + "@" + sentinel()
                        + "/0?sentinelUser=default&sentinelPassword=" + SECRET + "#other"),
                "");
    }

    /** It says what it does not know together with all that came with it. */
    @Test
    void of_a_server_that_knows_no_logins() {
        try (RedisProcess server = RedisProcess.builder()
                .config("rename-command AUTH \"\"", "rename-command HELLO \"\"")
                .start()) {
            String at = SECRET + "@" + server.host() + ":" + server.port();
            fails(builder -> builder.uri("redis://:" + at), "AUTH");
            fails(builder -> builder.uri("redis://app:" + at), "AUTH");
            // What the driver of a Cluster logs by itself is not ours.
            Shown.without(
                    SECRET,
                    catchThrowable(() ->
                            RedisMortise.builder().cluster("redis://app:" + at).build()));
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            PrintStream before = System.err;
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            try {
                String nobody = "redis://127.0.0.1:" + FreePorts.next();
                String noOther = "redis://127.0.0.1:" + FreePorts.next();
                Throwable failure = catchThrowable(() -> RedisMortise.quorum("redis://:" + at, nobody, noOther));
                assertThat(failure).isInstanceOf(LockUnavailableException.class);
                Shown.without(SECRET, failure);
            } finally {
                System.setErr(before);
            }
            assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(SECRET);
        }
    }

    private static String master() {
        RedisProcess master = sentinels.deployment().master();
        return master.host() + ":" + master.port();
    }

    private static String sentinel() {
        SentinelDeployment deployment = sentinels.deployment();
        RedisProcess sentinel = deployment.sentinels().get(0);
        return sentinel.host() + ":" + sentinel.port();
    }

    private static void fails(Consumer<RedisMortise.Builder> where, String why) {
        RedisMortise.Builder builder = RedisMortise.builder();
        where.accept(builder);
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        Throwable failure;
        try {
            failure = catchThrowable(builder::build);
        } finally {
            System.setErr(before);
        }
        assertThat(failure).isInstanceOf(LockUnavailableException.class).hasMessageContaining(why);
        Shown.without(SECRET, failure);
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(SECRET);
    }
}
