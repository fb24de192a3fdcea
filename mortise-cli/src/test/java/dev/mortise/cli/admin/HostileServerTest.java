package dev.mortise.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.cli.CliRun;
import dev.mortise.cli.json.JsonText;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that refuses, goes away, or holds what is no lock; and text that a terminal would obey. */
@SuppressWarnings("try") // what is held is held for its time
class HostileServerTest {
    private static final String EVIL = "x\u001b]0;owned\u0007\u001b[2J\u202egpj.exe";

    @RegisterExtension
    static final RedisExtension redis =
            RedisExtension.of(RedisProcess.builder().user("blind", "secret", "~*", "&*", "+@all", "-scan"));

    private static CliRun run(String... args) {
        return CliRun.of(Stream.concat(Stream.of(args), Stream.of("--redis", redis.uri()))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "clients", "graph", "gc", "break --pattern * --reason x --yes"})
    void a_missing_right_is_named(String line) {
        CliRun run = CliRun.of(Stream.concat(
                        Stream.of(line.split(" ")),
                        Stream.of("--redis", redis.server().uri("blind")))
                .toArray(String[]::new));
        assertThat(run.code()).as("%s", run).isEqualTo(69);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("scan").doesNotContain("secret");
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void what_takes_no_further_right_works_without_it() throws Exception {
        String[] where = {"--redis", redis.server().uri("blind")};
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock("x").acquire()) {
            assertThat(CliRun.of("show", "x", where[0], where[1]).out()).contains("held");
            CliRun doctor = CliRun.of("doctor", where[0], where[1]);
            assertThat(doctor.out()).contains("[not-looked-at]");
            assertThat(CliRun.of("break", "x", "--reason", "y", "--yes", where[0], where[1])
                            .code())
                    .isZero();
            assertThat(lease.lost().toCompletableFuture().join().detail()).contains("y");
        }
    }

    @Test
    void a_server_that_goes_away_in_the_middle_is_said_so_after_what_was_listed() {
        try (Mortise mortise = RedisMortise.connect(redis.uri())) {
            List<Lease> held = IntStream.range(0, 1_000)
                    .mapToObj(i -> mortise.lock("x" + i).acquireAsync(AcquireOptions.defaults()))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
            StringWriter out = new StringWriter() {
                @Override
                public void write(String text, int offset, int length) {
                    super.write(text, offset, length);
                    if (redis.server().isAlive()) {
                        redis.server().kill();
                    }
                }
            };
            CliRun run = CliRun.of(out, "ls", "--json", "--redis", redis.uri());
            assertThat(run.code()).as(run.err()).isEqualTo(69);
            assertThat(run.lines()).isNotEmpty().hasSizeLessThan(1_000).allSatisfy(line -> JsonText.object(line));
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.err()).startsWith("mortise ls: ");
            assertThat(held).hasSize(1_000);
        }
    }

    @Test
    void what_is_no_lock_is_left_out_and_left_alone() throws Exception {
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock("x").acquire()) {
            redis.server().command("SET", "mortise:{text}", "1");
            redis.server().command("HSET", "mortise:{foreign}", "field", "value");
            redis.server().command("HSET", "mortise:{damaged}", "v", "1:m:1 gibberish", "h:abc", "what");
            assertThat(run("ls").lines()).hasSize(2);
            for (String name : List.of("text", "damaged")) {
                CliRun show = run("show", name);
                assertThat(show.code()).as(name).isEqualTo(69);
                assertThat(show.err()).containsAnyOf("foreign data", "damaged");
                assertThat(run("break", name, "--reason", "x", "--yes").code())
                        .as(name)
                        .isEqualTo(69);
            }
            assertThat(run("break", "foreign", "--reason", "x", "--yes").err()).contains("is not held");
            assertThat(run("gc").out()).contains("looked at");
            assertThat(redis.server().command("HGET", "mortise:{foreign}", "field"))
                    .isEqualTo("value");
            assertThat(redis.server().command("GET", "mortise:{text}")).isEqualTo("1");
            assertThat(redis.server().command("HGET", "mortise:{damaged}", "h:abc"))
                    .isEqualTo("what");
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void names_and_labels_that_a_terminal_would_obey_are_shown_as_escapes() throws Exception {
        String name = "注文 \"'\u202e";
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Mortise other = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock(name).acquire()) {
            CompletableFuture<Lease> waiting = other.lock(name).acquireAsync(AcquireOptions.defaults());
            String key = keyOfTheLock();
            // As no client of this library can write it.
            redis.server().command("HSET", key, "o:" + lease.id(), "own\u001ber\t" + EVIL);
            for (CliRun run : List.of(
                    run("ls"),
                    run("show", name),
                    run("graph"),
                    run("graph", "--dot"),
                    run("wait", name, "--timeout", "0"),
                    run("break", name, "--reason", "x", "--dry-run"),
                    run("break", name, "--reason", "x", "--token", "1", "--yes"),
                    run("break", name, "--reason", "x", "--yes"))) {
                assertThat(run.out() + run.err()).contains("注文");
                assertThat(run.out() + run.err()).doesNotContain("\u001b", "\u0007", "\u202e");
            }
            waiting.join().release();
        }
    }

    private static String keyOfTheLock() {
        Object keys = Objects.requireNonNull(redis.server().command("KEYS", "mortise:{*"));
        return String.valueOf(((List<?>) keys).get(0));
    }

    @Test
    void json_has_them_as_they_are_and_is_ascii() throws Exception {
        String name = "注文 \"'\u202e";
        try (Mortise mortise = RedisMortise.connect(redis.uri());
                Lease lease = mortise.lock(name).acquire()) {
            String key = keyOfTheLock();
            redis.server().command("HSET", key, "o:" + lease.id(), "owner\t" + EVIL);
            CliRun run = run("show", name, "--json");
            assertThat(run.out().strip().chars()).allMatch(c -> c >= ' ' && c < 127);
            Map<String, Object> lock = JsonText.object(run.out());
            assertThat(lock).containsEntry("name", name);
            assertThat(JsonText.objects(lock, "holders").get(0)).containsEntry("label", EVIL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"show", "wait", "break --reason x --yes", "ls"})
    void a_name_with_a_newline_is_refused(String line) {
        CliRun run =
                run(Stream.concat(Stream.of(line.split(" ")), Stream.of("a\nb")).toArray(String[]::new));
        assertThat(run.code()).as("%s", run).isEqualTo(64);
        assertThat(run.err()).contains("control characters");
        assertThat(run.err().lines()).hasSize(1);
    }
}
