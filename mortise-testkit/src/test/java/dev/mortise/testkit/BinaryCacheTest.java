package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {
    private static final byte[] CONTENT = "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path root;

    @Test
    void a_file_is_made_once_and_found_again() throws IOException {
        BinaryCache cache = new BinaryCache(List.of(root.resolve("cache")));

        Path file = cache.install(CONTENT);
        Object made = Files.getAttribute(file, "unix:ino");

        assertThat(file).isExecutable().hasBinaryContent(CONTENT);
        assertThat(cache.install(CONTENT)).isEqualTo(file);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(made);
    }

    @Test
    void other_content_is_another_file() {
        BinaryCache cache = new BinaryCache(List.of(root));
        assertThat(cache.install(CONTENT)).isNotEqualTo(cache.install(new byte[] {1}));
    }

    @Test
    void a_damaged_file_is_replaced() throws IOException {
        BinaryCache cache = new BinaryCache(List.of(root));
        Path file = cache.install(CONTENT);
        Files.write(file, new byte[CONTENT.length]);

        assertThat(cache.install(CONTENT)).isEqualTo(file).hasBinaryContent(CONTENT);
    }

    @Test
    void many_at_once_agree_and_leave_nothing_behind() throws IOException {
        BinaryCache cache = new BinaryCache(List.of(root));

        List<Path> files = IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> cache.install(CONTENT))
                .distinct()
                .toList();

        assertThat(files).hasSize(1);
        try (Stream<Path> siblings = Files.list(files.get(0).getParent())) {
            assertThat(siblings).containsExactly(files.get(0));
        }
    }

    @Test
    void a_directory_that_cannot_be_used_is_passed_over() throws IOException {
        Path file = Files.createFile(root.resolve("not-a-directory"));

        Path made = new BinaryCache(List.of(file, root.resolve("second"))).install(CONTENT);

        assertThat(made).startsWith(root.resolve("second"));
        assertThatIllegalStateException()
                .isThrownBy(() -> new BinaryCache(List.of(file)).install(CONTENT))
                .withMessageContaining("MORTISE_TEST_SERVER");
    }
}
