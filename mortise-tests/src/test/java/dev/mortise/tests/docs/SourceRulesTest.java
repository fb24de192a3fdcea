package dev.mortise.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the source files of all modules keep to: their length, and names that are used once. */
class SourceRulesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int MOST_LINES = 350;

    @TempDir
    Path planted;

    @Test
    void no_file_of_a_main_source_is_too_long() throws IOException {
        assertThat(sources(ROOT)).hasSizeGreaterThan(100);
        assertThat(tooLong(ROOT)).isEmpty();
    }

    @Test
    void no_simple_name_exists_twice() throws IOException {
        assertThat(namedTwice(ROOT)).isEmpty();
    }

    @Test
    void a_file_that_is_too_long_is_found() throws IOException {
        plant("one/src/main/java/a/Long.java", MOST_LINES + 1);
        plant("one/src/main/java/a/Short.java", MOST_LINES);
        plant("one/src/test/java/a/LongTest.java", MOST_LINES + 1);
        assertThat(tooLong(planted)).containsExactly("one/src/main/java/a/Long.java: 351");
    }

    @Test
    void a_name_that_exists_twice_is_found() throws IOException {
        plant("one/src/main/java/a/Same.java", 1);
        plant("two/src/test/java/b/Same.java", 1);
        plant("two/src/test/java/b/Other.java", 1);
        plant("one/src/main/java/a/package-info.java", 1);
        plant("one/src/main/java/b/package-info.java", 1);
        assertThat(namedTwice(planted))
                .containsExactly("[one/src/main/java/a/Same.java, two/src/test/java/b/Same.java]");
    }

    private void plant(String path, int lines) throws IOException {
        Path file = planted.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "\n".repeat(lines));
    }

    private static List<String> tooLong(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources(root)) {
            int lines = Files.readAllLines(file).size();
            if (lines > MOST_LINES && inside(root, file).contains("/src/main/")) {
                found.add(inside(root, file) + ": " + lines);
            }
        }
        return found;
    }

    private static List<String> namedTwice(Path root) throws IOException {
        TreeMap<String, List<String>> byName = new TreeMap<>();
        for (Path file : sources(root)) {
            String name = file.getFileName().toString();
            if (!name.endsWith("-info.java")) {
                byName.computeIfAbsent(name, first -> new ArrayList<>()).add(inside(root, file));
            }
        }
        return byName.values().stream()
                .filter(files -> files.size() > 1)
                .map(List::toString)
                .toList();
    }

    private static String inside(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /** The Java files of each module; not what a build has made. */
    private static List<Path> sources(Path root) throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module :
                    modules.filter(at -> Files.isDirectory(at.resolve("src"))).toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
        }
        return sources.stream().sorted().toList();
    }
}
