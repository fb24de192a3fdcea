package dev.mortise.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where it finds itself, its jar and Java, and what it hands on. */
class LauncherTest {
    private static final String JAVA_HOME = System.getProperty("java.home");

    @TempDir
    static Path compiled;

    private static Path jar = Path.of("");

    @TempDir
    Path room;

    private SmallDistribution distribution;

    @BeforeAll
    static void compile() throws IOException {
        jar = SmallDistribution.jar(compiled);
    }

    @BeforeEach
    void unpack() throws IOException {
        distribution = SmallDistribution.at(room.resolve("with blanks").resolve("mortise"), jar);
    }

    @Test
    void arguments_come_as_they_were_given() throws Exception {
        assertThat(run(Map.of("JAVA_HOME", JAVA_HOME), distribution.launcher(), "a  b", "", "*", "--x='y'", "$HOME"))
                .endsWith("<a  b>\n<>\n<*>\n<--x='y'>\n<$HOME>\n");
    }

    @Test
    void it_is_found_through_links_from_another_directory() throws Exception {
        Path first = Files.createSymbolicLink(room.resolve("first"), Path.of("with blanks/mortise/bin/mortise"));
        Path second = Files.createSymbolicLink(room.resolve("second"), first);
        Path directory = Files.createSymbolicLink(room.resolve("directory"), room.resolve("with blanks/mortise"));
        String archive = SmallDistribution.archives(distribution.lib()).toString();
        for (Path path : List.of(first, second, directory.resolve("bin/mortise"), Path.of("./second"))) {
            assertThat(run(Map.of("JAVA_HOME", JAVA_HOME), path, "x")).endsWith("<x>\n");
        }
        assertThat(SmallDistribution.archives(distribution.lib()))
                .as("one for all ways there; before: " + archive)
                .hasSize(1);
    }

    @Test
    void it_is_found_on_the_path() throws Exception {
        Files.createSymbolicLink(
                Files.createDirectory(room.resolve("bin")).resolve("mortise"), distribution.launcher());
        assertThat(SmallDistribution.start(
                                room,
                                Map.of("PATH", "bin:" + System.getenv("PATH"), "JAVA_HOME", JAVA_HOME),
                                List.of("/bin/sh", "-c", "mortise x"))
                        .end())
                .endsWith("<x>\n");
    }

    @Test
    void java_is_that_of_java_home_or_else_that_of_the_path() throws Exception {
        Path own = java("own", release("17.0.99"));
        Map<String, String> environment = path(own);
        assertThat(run(environment, distribution.launcher())).startsWith("own\n");
        environment.put("JAVA_HOME", room.resolve("nothing").toString());
        assertThat(run(environment, distribution.launcher())).startsWith("own\n");
        environment.put("JAVA_HOME", JAVA_HOME);
        assertThat(run(environment, distribution.launcher())).startsWith("java " + JAVA_HOME);
    }

    @Test
    void without_java_or_with_an_old_one_it_says_what_is_needed() throws Exception {
        assertThat(run(tools(), distribution.launcher()))
                .isEqualTo("mortise: no Java found: install Java 17 or later, or set JAVA_HOME\nexit 69");
        Path old = java("old", release("11.0.2"));
        assertThat(run(path(old), distribution.launcher()))
                .contains("Java 11.0.2 is too old (" + old.resolve("bin/java") + ")")
                .endsWith("exit 69");
    }

    @Test
    void java_that_does_not_say_its_version_runs_without_an_archive() throws Exception {
        Path silent = java("silent", "");
        assertThat(run(path(silent), distribution.launcher(), "x"))
                .startsWith("silent\n")
                .contains("archive null")
                .endsWith("<x>\n");
    }

    @Test
    void without_its_jar_it_says_which() throws Exception {
        Files.delete(distribution.lib().resolve("mortise.jar"));
        assertThat(run(Map.of(), distribution.launcher()))
                .contains("not found: ", "lib/mortise.jar")
                .endsWith("exit 69");
    }

    @Test
    void options_for_java_are_handed_on() throws Exception {
        assertThat(run(
                        Map.of("JAVA_HOME", JAVA_HOME, "MORTISE_JAVA_OPTS", "-Dmortise.archive=mine -Xmx32m"),
                        distribution.launcher()))
                .contains("archive ");
        assertThat(run(
                        Map.of("JAVA_HOME", JAVA_HOME, "MORTISE_JAVA_OPTS", "--no-such-option"),
                        distribution.launcher()))
                .contains("no-such-option");
    }

    private String run(Map<String, String> environment, Path launcher, String... args) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        return SmallDistribution.start(room, environment, command).end();
    }

    /** A Java that says its name and then runs the real one; it makes no archive. */
    private Path java(String name, String release) throws IOException {
        Path home = room.resolve(name);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(
                java,
                "#!/bin/sh\ncase \"$*\" in *ArchiveClassesAtExit*) exit 1 ;; esac\necho " + name + "\nexec '"
                        + JAVA_HOME + "/bin/java' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (!release.isEmpty()) {
            Files.writeString(home.resolve("release"), release);
        }
        return home;
    }

    private static String release(String version) {
        return "IMPLEMENTOR=\"Some One\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x86_64\"\n";
    }

    /** A path with that Java first, through a link, as distributions have it. */
    private Map<String, String> path(Path java) throws IOException {
        Path links = Files.createTempDirectory(room, "links");
        Files.createSymbolicLink(links.resolve("java"), java.resolve("bin/java"));
        return new HashMap<>(Map.of("PATH", links + ":" + System.getenv("PATH")));
    }

    /** A path with what the launcher needs, and no Java. */
    private Map<String, String> tools() throws IOException {
        Path tools = Files.createDirectory(room.resolve("tools"));
        for (String tool : List.of("readlink", "find", "mkdir", "rm", "mv", "touch")) {
            for (String directory : List.of("/usr/bin", "/bin")) {
                Path there = Path.of(directory, tool);
                if (Files.exists(there) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), there);
                }
            }
        }
        return Map.of("PATH", tools.toString());
    }
}
