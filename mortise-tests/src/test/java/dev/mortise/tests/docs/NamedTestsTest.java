package dev.mortise.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a page names are there, with the methods that it names. */
class NamedTestsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern QUOTED = Pattern.compile("`([^`\\s]+)`");

    /** A class, a method of it, or a method of the class that was named last on the line. */
    private static final Pattern NAME =
            Pattern.compile("([A-Z]\\w*(?:Test|Contract|Rules))?(?:[#.]?([a-z]\\w*_\\w*))?");

    private static final Pattern METHOD = Pattern.compile("\\bvoid ([a-z]\\w*)\\(");
    private static final Pattern PARENT = Pattern.compile("class (\\w+)(?:<[^>]*>)? extends (\\w+)");

    private static final Map<String, Set<String>> methods = new HashMap<>();
    private static final Map<String, String> parents = new HashMap<>();

    @BeforeAll
    static void readSources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 20)) {
            for (Path file : files.filter(NamedTestsTest::isSource).toList()) {
                String source = Files.readString(file);
                String name = file.getFileName().toString().replace(".java", "");
                Matcher method = METHOD.matcher(source);
                while (method.find()) {
                    methods.computeIfAbsent(name, first -> new TreeSet<>()).add(method.group(1));
                }
                methods.computeIfAbsent(name, first -> new TreeSet<>());
                Matcher parent = PARENT.matcher(source);
                while (parent.find()) {
                    parents.putIfAbsent(parent.group(1), parent.group(2));
                }
            }
        }
    }

    private static boolean isSource(Path file) {
        return file.toString().endsWith(".java")
                && ROOT.relativize(file).toString().contains("/src/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/migrating.md",
                "docs/design/invariants.md",
                "docs/design/quorum.md",
                "docs/design/connections.md"
            })
    void tests_that_are_named_are_there(String page) throws IOException {
        assertThat(missing(Files.readString(ROOT.resolve(page)))).isEmpty();
    }

    @Test
    void a_test_that_is_not_there_is_found() {
        assertThat(missing("`NoSuchTest`")).containsExactly("NoSuchTest");
        assertThat(missing("`NamedTestsTest`, `#no_such_method`, `a_test_that_is_not_there_is_found`"))
                .containsExactly("NamedTestsTest#no_such_method");
        assertThat(missing("`StandaloneLockTest#one_client_holds_at_a_time`")).isEmpty();
    }

    private static List<String> missing(String text) {
        List<String> missing = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String last = "";
            Matcher quoted = QUOTED.matcher(line);
            while (quoted.find()) {
                Matcher name = NAME.matcher(quoted.group(1));
                if (!name.matches()) {
                    continue;
                }
                last = name.group(1) == null ? last : name.group(1);
                if (name.group(1) != null && !methods.containsKey(last)) {
                    missing.add(last);
                } else if (name.group(2) != null && !last.isEmpty() && !has(last, name.group(2))) {
                    missing.add(last + "#" + name.group(2));
                }
            }
        }
        return missing;
    }

    private static boolean has(String type, String method) {
        for (String at = type; at != null; at = parents.get(at)) {
            if (methods.getOrDefault(at, Set.of()).contains(method)) {
                return true;
            }
        }
        return false;
    }
}
