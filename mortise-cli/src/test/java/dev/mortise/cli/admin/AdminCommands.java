package dev.mortise.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockProvider;
import dev.mortise.cli.CliRun;
import dev.mortise.cli.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What each command does with no lock, with one, and with many; on every deployment. */
@SuppressWarnings("try") // what is held is held for its time
abstract class AdminCommands {
    /** 10,000 on demand. */
    private static final int MANY = Integer.getInteger("mortise.cli.locks.each", 200);

    /** A client that holds locks; the caller closes it. */
    abstract LockProvider connect();

    /** The options that lead a command to the same servers. */
    abstract List<String> where();

    final CliRun run(String... args) {
        return CliRun.of(Stream.concat(Stream.of(args), where().stream()).toArray(String[]::new));
    }

    private CliRun ok(String... args) {
        CliRun run = run(args);
        assertThat(run.code()).as("%s %s", List.of(args), run).isZero();
        return run;
    }

    @Test
    void without_a_lock_there_is_nothing_to_tell_and_nothing_fails() {
        assertThat(ok("ls").out()).isEmpty();
        assertThat(ok("ls").err()).isEqualToIgnoringNewLines("mortise ls: no lock is in use");
        assertThat(ok("ls", "--json").out()).isEmpty();
        assertThat(ok("show", "x").out()).contains("x\n", "use         free");
        assertThat(ok("graph").out()).isEqualToIgnoringNewLines("No owner waits.");
        assertThat(ok("graph", "--dot").out()).startsWith("digraph");
        assertThat(ok("clients").err()).contains("no client is alive");
        assertThat(ok("gc").lines()).last().asString().contains("0 locks looked at, 0 stale, 0 removed");
        assertThat(ok("wait", "x").out()).startsWith("free after ");
        assertThat(ok("break", "x", "--reason", "test", "--yes").err()).contains("lock 'x' is not held");
        assertThat(ok("break", "--pattern", "*", "--reason", "test", "--dry-run")
                        .out())
                .contains("0 locks, nothing");
    }

    @Test
    void the_doctor_tells_all_findings_and_the_exit_code_is_as_asked_for() {
        CliRun text = ok("doctor", "--fail-on", "never");
        assertThat(text.out()).contains("[server.version]").containsPattern("\\d errors?, \\d+ warnings?, \\d+ notes?");
        CliRun json = run("doctor", "--json", "--fail-on", "warning");
        List<Map<String, Object>> findings =
                json.lines().stream().map(JsonText::object).toList();
        assertThat(findings)
                .allSatisfy(finding -> assertThat(finding)
                        .containsOnlyKeys("type", "severity", "code", "server", "what", "advice")
                        .containsEntry("type", "finding"));
        boolean isBad = findings.stream().anyMatch(finding -> !"INFO".equals(finding.get("severity")));
        assertThat(json.code()).isEqualTo(isBad ? 1 : 0);
    }

    @Test
    void one_lock_that_is_waited_for() throws Exception {
        try (LockProvider holder = connect();
                LockProvider other = connect()) {
            Lease lease = holder.lock("a b'\"").acquire(AcquireOptions.noWait().label("nightly"));
            CompletableFuture<Lease> waiting = other.lock("a b'\"").acquireAsync(AcquireOptions.defaults());
            await().until(() -> other.lock("a b'\"").inspect().waiters().size() == 1);
            String token = Long.toString(
                    holder.lock("a b'\"").inspect().holders().get(0).fencingToken());

            assertThat(ok("ls").lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .containsPattern("^a b'\"  mutex  held  \\d[^ ]+ +\\d[^ ]+ +1  .*\"nightly\"$");
            Map<String, Object> listed =
                    JsonText.object(ok("ls", "a *", "--json").out());
            assertThat(listed).containsEntry("name", "a b'\"").containsEntry("kind", "MUTEX");
            assertThat(JsonText.objects(listed, "holders"))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry)
                            .containsEntry("label", "nightly")
                            .containsEntry("fencingToken", Long.parseLong(token)));
            assertThat(ok("show", "a b'\"").out()).contains("a b'\"\n", "\"nightly\"", token, "PLACE");
            assertThat(JsonText.object(ok("show", "--json", "a b'\"").out()).keySet())
                    .isEqualTo(listed.keySet());

            assertThat(ok("graph").out())
                    .contains("holds 'a b'\"' [nightly]", "  ")
                    .contains("place 1");
            Map<String, Object> graph = JsonText.object(ok("graph", "--json").out());
            assertThat(graph).containsEntry("isComplete", true);
            assertThat(JsonText.objects(graph, "waits")).hasSize(1);
            assertThat(JsonText.objects(graph, "roots"))
                    .first()
                    .satisfies(root -> assertThat(root).containsEntry("blocks", 1L));

            CliRun busy = run("wait", "a b'\"", "--timeout", "0");
            assertThat(busy.code()).isEqualTo(75);
            assertThat(busy.out()).contains("held by ", "\"nightly\"", "; waiting: 1");
            assertThat(busy.err()).contains("is still held").contains("\"nightly\"");

            CliRun changed = run("break", "a b'\"", "--token", "1", "--reason", "test", "--yes");
            assertThat(changed.code()).isEqualTo(77);
            assertThat(changed.out())
                    .contains("no hold with token 1, nothing was ended")
                    .contains(token);
            assertThat(lease.isValid()).isTrue();
            assertThat(ok("break", "a b'\"", "--reason", "test", "--dry-run").out())
                    .contains("\"nightly\"", "dry run");
            CliRun refused = run("break", "a b'\"", "--reason", "test");
            assertThat(refused.code()).isEqualTo(64);
            assertThat(refused.err()).contains("--yes");
            assertThat(lease.isValid()).isTrue();

            Map<String, Object> broken =
                    JsonText.object(ok("break", "a b'\"", "--reason", "it hangs", "--yes", "--json")
                            .out());
            assertThat(broken).containsEntry("isEnded", true).containsEntry("fencingToken", Long.parseLong(token));
            assertThat(lease.lost().toCompletableFuture().join().detail())
                    .contains("it hangs")
                    .contains("mortise-break");
            Lease next = waiting.join();
            assertThat(ok("break", "a b'\"", "--token", "" + next.fencingToken(), "--reason", "x", "--yes")
                            .out())
                    .contains("was ended");
            assertThat(ok("wait", "a b'\"").out()).startsWith("free after ");
        }
    }

    @Test
    void many_locks_are_all_listed_and_ended_by_a_pattern() {
        try (LockProvider holder = connect()) {
            List<Lease> held = new ArrayList<>();
            // Some at once, so that none of them waits for longer than an answer may take.
            for (int first = 0; first < MANY; first += 100) {
                IntStream.range(first, Math.min(MANY, first + 100))
                        .mapToObj(i -> holder.lock("many/" + i).acquireAsync(AcquireOptions.defaults()))
                        .toList()
                        .forEach(asked -> held.add(asked.join()));
            }
            assertThat(ok("ls").lines()).hasSize(MANY + 1);
            assertThat(ok("ls", "many/*", "--json").lines().stream()
                            .map(line -> JsonText.object(line).get("name"))
                            .distinct())
                    .hasSize(MANY);
            assertThat(ok("clients").lines()).hasSize(2);
            assertThat(JsonText.object(ok("clients", "--json").out()))
                    .containsEntry("type", "client")
                    .containsEntry("pid", ProcessHandle.current().pid());
            assertThat(JsonText.object(ok("gc", "--json", "--dry-run").out()))
                    .containsEntry("type", "staleReport")
                    .containsEntry("locks", (long) MANY)
                    .containsEntry("isComplete", true);
            assertThat(ok("break", "--pattern", "many/1?", "--reason", "test", "--dry-run", "--json")
                            .lines())
                    .hasSize(10);
            assertThat(ok("break", "--pattern", "many/1?", "--reason", "test", "--yes")
                            .lines())
                    .hasSize(10)
                    .allMatch(line -> line.contains("was ended"));
            assertThat(ok("ls").lines()).hasSize(MANY - 10 + 1);
            await().until(() -> held.stream().filter(Lease::isValid).count() == MANY - 10);
        }
    }

    @Test
    void wait_ends_when_the_holder_is_done() throws Exception {
        try (LockProvider holder = connect()) {
            Lease lease = holder.lock("x").acquire();
            CompletableFuture<CliRun> waiting = CompletableFuture.supplyAsync(() -> run("wait", "x", "--json"));
            await().until(() -> holder.admin().clients().stream()
                    .anyMatch(client -> client.name().equals("mortise-wait")));
            assertThat(waiting).isNotDone();
            lease.release();
            CliRun ended = waiting.get(1, TimeUnit.MINUTES);
            assertThat(ended.code()).isZero();
            assertThat(JsonText.objects(
                            JsonText.object(ended.lines().get(ended.lines().size() - 1)), "holders"))
                    .isEmpty();
            assertThat(holder.lock("x").isLocked()).isFalse();
        }
    }
}
