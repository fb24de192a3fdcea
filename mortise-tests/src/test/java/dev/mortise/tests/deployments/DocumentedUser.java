package dev.mortise.tests.deployments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The users as the guide gives them, with another prefix for their keys. */
final class DocumentedUser {
    static final String NAME = "app";
    static final String PASSWORD = "only for/tests";
    static final String PREFIX = "team-7:locks";

    static final String ONE_SERVER = "one server";
    static final String WITH_QUIET_PERIOD = "one server with a quiet period, or the servers that sentinels watch";
    static final String CLUSTER = "nodes of a Cluster";
    static final String SENTINEL = "the sentinels, where they have users";

    private static final Path PAGE = Path.of("..", "docs", "guide", "security.md");

    private DocumentedUser() {}

    /** What stands behind name and password. */
    static String[] rules(String where) {
        try {
            List<String> lines = Files.readAllLines(PAGE);
            int title = lines.indexOf("# " + where);
            if (title < 0) {
                throw new AssertionError("no user for " + where + " in " + PAGE);
            }
            String[] words =
                    lines.get(title + 1).replace("mortise:", PREFIX + ":").split(" ");
            return Arrays.copyOfRange(words, 4, words.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What makes this user on a running server. */
    static String[] command(String where) {
        String[] rules = rules(where);
        String[] command = Arrays.copyOf(new String[] {"ACL", "SETUSER", NAME, "on", ">" + PASSWORD}, 5 + rules.length);
        System.arraycopy(rules, 0, command, 5, rules.length);
        return command;
    }
}
