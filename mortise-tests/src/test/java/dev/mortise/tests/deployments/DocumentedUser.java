package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.testkit.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The users as the guide gives them, with another prefix for their keys. */
final class DocumentedUser {
    static final String NAME = "app";
    static final String WATCHER = "watch";
    static final String PASSWORD = "only for/tests";
    static final String ENCODED = "only%20for%2Ftests";
    static final String PREFIX = "team-7:locks";

    static final String ONE_SERVER = "one server";
    static final String WITH_QUIET_PERIOD = "one server with a quiet period, or the servers that sentinels watch";
    static final String CLUSTER = "nodes of a Cluster";
    static final String SENTINEL = "the sentinels, where they have users";

    private static final Path PAGE = Path.of("..", "docs", "guide", "security.md");

    private DocumentedUser() {}

    /** What stands behind name and password. */
    static String[] rules(String where) {
        String[] words = line(where);
        return Arrays.copyOfRange(words, 4, words.length);
    }

    /** The same for one server, and what the administration of locks takes beside it. */
    static String[] rulesOfAdmin() {
        return more("`LockAdmin.list");
    }

    /** The same for one server, and all that can be looked at. */
    static String[] rulesOfDiagnosis() {
        return more("`LockAdmin.diagnose");
    }

    private static String[] more(String what) {
        try {
            String row = Files.readAllLines(PAGE).stream()
                    .filter(line -> line.startsWith("| " + what))
                    .findFirst()
                    .orElseThrow();
            String[] cells = row.split("(?<!\\\\)\\|", -1);
            String rules = cells[2].replace("`", "").replace("\\|", "|").trim();
            return Stream.concat(Arrays.stream(rules(ONE_SERVER)), Arrays.stream(rules.split(" ", -1)))
                    .toArray(String[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What makes this user on a running server. */
    static String[] command(String where) {
        String[] words = line(where);
        words[0] = "SETUSER";
        words[3] = ">" + PASSWORD;
        return Stream.concat(Stream.of("ACL"), Arrays.stream(words)).toArray(String[]::new);
    }

    static String uri(int port) {
        return "redis://" + NAME + ":" + ENCODED + "@127.0.0.1:" + port;
    }

    /** The server has refused nothing that is needed: only to tell of itself, to hear of the driver, to wait for files. */
    static void wasDeniedNothing(RedisProcess server) {
        assertThat((List<?>) server.command("ACL", "LOG"))
                .as("%s", server)
                .allSatisfy(entry -> assertThat(String.valueOf(entry))
                        .containsAnyOf("object, info,", "object, client|setinfo,", "object, waitaof,"));
    }

    private static String[] line(String where) {
        try {
            List<String> lines = Files.readAllLines(PAGE);
            int title = lines.indexOf("# " + where);
            if (title < 0) {
                throw new AssertionError("no user for " + where + " in " + PAGE);
            }
            return lines.get(title + 1).replace("mortise:", PREFIX + ":").split(" ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
