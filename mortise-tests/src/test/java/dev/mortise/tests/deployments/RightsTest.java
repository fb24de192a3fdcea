package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client says that may not do all that it has to do. */
final class RightsTest {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    /** Asked for while connections are idle, or where sentinels are. */
    private static final Set<String> NOT_AT_START = Set.of("+ping", "+wait", "+client|setname");

    @AfterEach
    void allMayBeReadAndWritten() {
        redis.server().command("ACL", "DELUSER", DocumentedUser.NAME);
        redis.server().command("SCRIPT", "FLUSH");
    }

    static Stream<String> rules() {
        return Arrays.stream(DocumentedUser.rules(DocumentedUser.WITH_QUIET_PERIOD))
                .filter(rule -> !NOT_AT_START.contains(rule));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void each_right_that_is_missing_is_named_with_what_gives_it(String rule) {
        // Also when the scripts are known to the server already.
        loggedInAs(List.of("allkeys", "allchannels", "allcommands")).close();
        redis.server().command("FLUSHALL");
        List<String> others = new ArrayList<>(rules().toList());
        others.remove(rule);

        assertThatThrownBy(() -> loggedInAs(others))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("the Redis user 'app' lacks rights: " + named(rule) + ".")
                .hasMessageContaining("ACL SETUSER app " + rule + " ")
                .hasMessageContaining("docs/guide/security.md");
        assertThat(keys()).isSubsetOf(DocumentedUser.PREFIX + ":meta");
    }

    @Test
    void all_that_are_missing_are_named_at_once() {
        List<String> some =
                rules().filter(rule -> !rule.matches("\\+(h.*|info|publish)")).toList();

        assertThatThrownBy(() -> loggedInAs(some))
                .hasMessageContaining(
                        "lacks rights: command HGET, command HMGET, command HGETALL, command HLEN, command HSCAN,"
                                + " command HEXISTS, command HSET, command HDEL, command PUBLISH, command INFO.")
                .hasMessageContaining(
                        "ACL SETUSER app +hget +hmget +hgetall +hlen +hscan +hexists +hset +hdel +publish +info (");
    }

    @Test
    void what_is_said_to_be_missing_is_enough() {
        List<String> rules = new ArrayList<>(List.of("resetkeys"));
        String said = "";
        for (int attempt = 0; attempt < 10; attempt++) {
            try (Mortise client = loggedInAs(rules)) {
                assertThat(client.lock("a").tryAcquire()).isPresent();
                return;
            } catch (LockUnavailableException e) {
                said = String.valueOf(e.getMessage());
                Matcher fix = Pattern.compile("ACL SETUSER app (.*) \\(").matcher(said);
                assertThat(fix.find()).as(said).isTrue();
                rules.addAll(List.of(fix.group(1).split(" ")));
            }
        }
        throw new AssertionError("still: " + said);
    }

    @Test
    void info_is_needed_for_a_quiet_period_only() {
        try (Mortise client =
                loggedInAs(Arrays.asList(DocumentedUser.rules(DocumentedUser.ONE_SERVER)), Duration.ZERO)) {
            assertThat(client.lock("a").tryAcquire()).isPresent();
        }
    }

    @Test
    void scan_is_needed_for_listing_only_and_named_there() throws Exception {
        try (Mortise client =
                loggedInAs(Arrays.asList(DocumentedUser.rules(DocumentedUser.ONE_SERVER)), Duration.ZERO)) {
            Lease held = client.lock("a").tryAcquire().orElseThrow();
            List<ThrowingCallable> listings = List.of(
                    () -> client.admin().list().toList(),
                    () -> client.admin().clients(),
                    () -> client.admin().forceReleaseAll("*", "why", false));
            for (ThrowingCallable listing : listings) {
                assertThatThrownBy(listing)
                        .isInstanceOf(LockUnavailableException.class)
                        .hasMessageContaining("lacks rights: command SCAN.")
                        .hasMessageContaining("+scan ");
            }
            assertThat(client.admin().inspect("a").holders()).hasSize(1);
            assertThat(held.isValid()).isTrue();
            assertThat(client.admin().forceRelease("a", "why")).isOne();
        }
    }

    private static Mortise loggedInAs(List<String> rules) {
        return loggedInAs(rules, Duration.ofMinutes(1));
    }

    private static Mortise loggedInAs(List<String> rules, Duration quietPeriod) {
        RedisProcess server = redis.server();
        List<String> user = new ArrayList<>(List.of("ACL", "SETUSER", DocumentedUser.NAME, "reset", "on", ">p"));
        user.addAll(rules);
        server.command(user.toArray(String[]::new));
        return RedisMortise.builder()
                .uri("redis://" + DocumentedUser.NAME + ":p@" + server.host() + ":" + server.port())
                .keyPrefix(DocumentedUser.PREFIX)
                .quietPeriod(quietPeriod)
                .build();
    }

    private static String named(String rule) {
        return switch (rule.charAt(0)) {
            case '~' -> "keys " + rule.substring(1);
            case '&' -> "channels " + rule.substring(1);
            default -> "command " + rule.substring(1).toUpperCase(Locale.ROOT);
        };
    }

    private static List<String> keys() {
        Object keys = redis.server().command("KEYS", "*");
        return keys instanceof List<?> all ? all.stream().map(String::valueOf).toList() : List.of();
    }
}
