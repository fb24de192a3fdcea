package dev.mortise.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.cli.exit.ExitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    private final List<String> told = new ArrayList<>();

    @TempDir
    Path home;

    @Test
    void files_are_written_once_and_removed_again() throws IOException {
        Map<Path, String> files = files("first");
        Installation installation = new Installation(false, told::add);
        installation.install(files);
        installation.install(files);
        assertThat(said()).containsExactly("wrote", "wrote", "unchanged", "unchanged");
        installation.install(files("second"));
        for (Path file : files.keySet()) {
            assertThat(Files.readString(file)).contains("second");
        }
        told.clear();
        installation.remove(files.keySet());
        installation.remove(files.keySet());
        assertThat(said()).containsExactly("removed", "removed");
        try (var left = Files.walk(home)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void a_dry_run_says_what_it_would_do_and_does_nothing() throws IOException {
        Map<Path, String> files = files("text");
        new Installation(true, told::add).install(files);
        try (var left = Files.list(home)) {
            assertThat(left).isEmpty();
        }
        new Installation(false, line -> {}).install(files);
        new Installation(true, told::add).remove(files.keySet());
        assertThat(files.keySet()).allMatch(Files::exists);
        assertThat(told).allMatch(line -> line.startsWith("would "));
    }

    @Test
    void a_file_of_another_is_left_alone_and_then_nothing_is_written() throws IOException {
        Map<Path, String> files = files("text");
        Path second = new ArrayList<>(files.keySet()).get(1);
        Files.createDirectories(second.getParent());
        Files.writeString(second, "my own");
        Installation installation = new Installation(false, told::add);
        assertThatThrownBy(() -> installation.install(files))
                .isInstanceOf(ExitException.class)
                .hasMessageContaining(second.toString());
        assertThatThrownBy(() -> installation.remove(files.keySet())).isInstanceOf(ExitException.class);
        assertThat(Files.readString(second)).isEqualTo("my own");
        assertThat(told).isEmpty();
    }

    @Test
    void a_place_that_cannot_be_written_is_named() throws IOException {
        Path file = Files.writeString(home.resolve("file"), "no directory");
        assertThatThrownBy(() ->
                        new Installation(false, told::add).install(Map.of(file.resolve("page.1"), Generated.MARK)))
                .isInstanceOf(ExitException.class)
                .hasMessage("cannot write " + file.resolve("page.1"));
    }

    @Test
    void places_are_those_of_the_environment_or_of_the_home() {
        assertThat(UserPlaces.of(Map.of("HOME", "/home/u"), "/other"))
                .isEqualTo(new UserPlaces(
                        Path.of("/home/u/.local/share/bash-completion/completions"),
                        Path.of("/home/u/.local/share/zsh/site-functions"),
                        Path.of("/home/u/.local/share/man/man1")));
        assertThat(UserPlaces.of(Map.of("XDG_DATA_HOME", "/d", "BASH_COMPLETION_USER_DIR", "/b"), "/h"))
                .isEqualTo(new UserPlaces(
                        Path.of("/b/completions"), Path.of("/d/zsh/site-functions"), Path.of("/d/man/man1")));
        assertThat(UserPlaces.of(Map.of("XDG_DATA_HOME", "relative"), "/h").man())
                .isEqualTo(Path.of("/h/.local/share/man/man1"));
    }

    /** What each line begins with. */
    private List<String> said() {
        return told.stream().map(line -> line.split(" ")[0]).toList();
    }

    private Map<Path, String> files(String text) {
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(home.resolve("a").resolve("page.1"), "# " + Generated.MARK + "\n" + text);
        files.put(home.resolve("b").resolve("script"), "# " + Generated.MARK + "\n" + text);
        return files;
    }
}
