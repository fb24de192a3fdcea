package dev.mortise.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.cli.launcher.SmallDistribution.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes: made once, used by each start after that, and never in the way. */
class ClassArchiveTest {
    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    @TempDir
    static Path compiled;

    private static Path jar = Path.of("");

    @TempDir
    Path room;

    private SmallDistribution distribution;
    private Path cache;

    @BeforeAll
    static void compile() throws IOException {
        jar = SmallDistribution.jar(compiled);
    }

    @BeforeEach
    void unpack() throws IOException {
        distribution = SmallDistribution.at(room.resolve("mortise"), jar);
        cache = room.resolve("a cache");
    }

    @Test
    void the_first_start_makes_it_and_the_next_ones_use_it() throws Exception {
        assertThat(run()).endsWith("<x>\n");
        Path archive = onlyArchive(distribution.lib());
        Object made = Files.readAttributes(archive, "unix:ino").get("ino");
        assertThat(mainIsFrom(Map.of())).contains("shared objects file");
        assertThat(Files.readAttributes(archive, "unix:ino").get("ino")).isEqualTo(made);
        assertThat(Files.exists(cache)).isFalse();
        assertThat(leftovers(distribution.lib())).isEmpty();
    }

    @Test
    void of_several_starts_at_once_one_makes_it_and_all_run() throws Exception {
        List<Started> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(start(Map.of()));
        }
        for (Started each : starts) {
            assertThat(each.end()).startsWith("java ").endsWith("<x>\n");
        }
        onlyArchive(distribution.lib());
        assertThat(leftovers(distribution.lib())).isEmpty();
    }

    @Test
    void a_jar_that_is_replaced_by_an_older_one_gets_another_archive() throws Exception {
        run();
        Path replaced = distribution.lib().resolve("mortise.jar");
        Files.setLastModifiedTime(replaced, FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));
        assertThat(run()).endsWith("<x>\n");
        assertThat(Files.getLastModifiedTime(onlyArchive(distribution.lib())))
                .isEqualTo(Files.getLastModifiedTime(replaced));
        assertThat(mainIsFrom(Map.of())).contains("shared objects file");
    }

    @Test
    void each_version_of_java_has_its_own() throws Exception {
        run();
        Path other = room.resolve("other");
        Files.createDirectories(other.resolve("bin"));
        Files.createSymbolicLink(other.resolve("bin/java"), Path.of(JAVA_HOME, "bin", "java"));
        Files.createSymbolicLink(other.resolve("lib"), Path.of(JAVA_HOME, "lib"));
        Files.writeString(other.resolve("release"), "JAVA_VERSION=\"99.0.1\"\nIMPLEMENTOR=\"Some One\"\n");
        Map<String, String> environment = Map.of("JAVA_HOME", other.toString());
        assertThat(start(environment).end()).endsWith("<x>\n");
        assertThat(SmallDistribution.archives(distribution.lib())).hasSize(2);
        assertThat(start(environment).end()).endsWith("<x>\n");
        assertThat(run()).endsWith("<x>\n");
        assertThat(SmallDistribution.archives(distribution.lib())).hasSize(2);
    }

    @Test
    void a_damaged_one_changes_nothing_but_the_time() throws Exception {
        String whole = run();
        Path archive = onlyArchive(distribution.lib());
        FileTime time = Files.getLastModifiedTime(archive);
        Files.writeString(archive, "no archive at all");
        Files.setLastModifiedTime(archive, time);
        assertThat(run()).isEqualTo(whole);
    }

    @Test
    void where_it_cannot_be_made_it_is_not_tried_at_each_start() throws Exception {
        Path failing = room.resolve("failing");
        Files.createDirectories(failing.resolve("bin"));
        Path log = room.resolve("log");
        Path java = Files.writeString(failing.resolve("bin/java"), """
                #!/bin/sh
                case "$*" in *ArchiveClassesAtExit*) echo made >>'%s'; echo noise; exit 1 ;; esac
                exec '%s/bin/java' "$@"
                """.formatted(log, JAVA_HOME));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.copy(Path.of(JAVA_HOME, "release"), failing.resolve("release"));
        Map<String, String> environment = Map.of("JAVA_HOME", failing.toString());
        for (int i = 0; i < 3; i++) {
            assertThat(start(environment).end()).startsWith("java ").contains("archive null");
        }
        assertThat(Files.readAllLines(log)).hasSize(1);
        assertThat(SmallDistribution.archives(distribution.lib())).isEmpty();
        Files.setLastModifiedTime(distribution.lib().resolve("mortise.jar"), FileTime.from(Instant.now()));
        start(environment).end();
        assertThat(Files.readAllLines(log)).as("with another jar").hasSize(2);
    }

    @Test
    void a_full_disk_changes_nothing_but_the_time() throws Exception {
        for (int i = 0; i < 2; i++) {
            // The JVM ignores the signal that comes with it, and its write fails, as on a full disk.
            assertThat(SmallDistribution.start(
                                    room,
                                    environment(Map.of()),
                                    List.of(
                                            "/bin/sh",
                                            "-c",
                                            "ulimit -f 64; exec \"$0\" \"$@\"",
                                            distribution.launcher().toString(),
                                            "x"))
                            .end())
                    .startsWith("java ")
                    .endsWith("<x>\n");
            assertThat(SmallDistribution.archives(distribution.lib())).isEmpty();
        }
    }

    @Test
    void a_start_that_was_killed_while_it_made_it_is_in_the_way_for_minutes_only() throws Exception {
        run();
        Path archive = onlyArchive(distribution.lib());
        Path making = Files.createDirectory(Path.of(archive + ".making"));
        Files.writeString(making.resolve("draft"), "half");
        Files.delete(archive);
        assertThat(run()).contains("archive null").endsWith("<x>\n");
        Files.setLastModifiedTime(making, FileTime.from(Instant.now().minus(Duration.ofMinutes(10))));
        assertThat(run()).contains("archive null").endsWith("<x>\n");
        assertThat(run()).contains("archive " + archive).endsWith("<x>\n");
        assertThat(leftovers(distribution.lib())).isEmpty();
    }

    @Test
    void where_the_jar_is_of_others_it_is_in_the_cache_of_the_user() throws Exception {
        assertThat(other(Map.of())).endsWith("<x>\n");
        assertThat(SmallDistribution.archives(distribution.lib())).isEmpty();
        Path archive = onlyArchive(cache);
        assertThat(other(Map.of())).contains("archive " + archive);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void what_others_have_made_beside_the_jar_is_used() throws Exception {
        run();
        assertThat(other(Map.of())).contains("archive " + onlyArchive(distribution.lib()));
        assertThat(SmallDistribution.archives(cache)).isEmpty();
    }

    @Test
    void a_user_without_a_home_or_a_cache_starts_as_well() throws Exception {
        assertThat(other(Map.of("XDG_CACHE_HOME", "", "HOME", "")))
                .contains("archive null")
                .endsWith("<x>\n");
        assertThat(other(Map.of("XDG_CACHE_HOME", "/proc/nothing"))).contains("archive null");
    }

    @Test
    void a_cache_that_belongs_to_another_user_is_not_trusted() throws Exception {
        Assumptions.assumeTrue(isRoot(), "only root can make a directory of another user");
        Path foreign = Files.createDirectories(Path.of(cache + "/mortise" + distribution.lib()));
        Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(other(Map.of())).contains("archive null").endsWith("<x>\n");
    }

    private String run() throws Exception {
        return start(Map.of()).end();
    }

    private Started start(Map<String, String> environment) throws IOException {
        return SmallDistribution.start(
                room, environment(environment), List.of(distribution.launcher().toString(), "x"));
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of("JAVA_HOME", JAVA_HOME));
        environment.put("XDG_CACHE_HOME", cache.toString());
        environment.putAll(more);
        return environment;
    }

    /** Runs it as a user who may not write beside the jar. */
    private String other(Map<String, String> environment) throws Exception {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            Assumptions.assumeTrue(Files.isExecutable(SETPRIV), "root needs setpriv to become somebody else");
            Files.setPosixFilePermissions(room, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (!Files.exists(cache)) {
                Files.createDirectory(cache);
                Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            command.addAll(List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"));
        } else {
            Files.createDirectories(cache);
            Files.setPosixFilePermissions(distribution.lib(), PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        try {
            command.addAll(List.of(distribution.launcher().toString(), "x"));
            return SmallDistribution.start(room, environment(environment), command)
                    .end();
        } finally {
            Files.setPosixFilePermissions(distribution.lib(), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Where the JVM says that it has the class of the command from. */
    private String mainIsFrom(Map<String, String> environment) throws Exception {
        Path log = room.resolve("classes");
        Map<String, String> more = new HashMap<>(environment);
        more.put("MORTISE_JAVA_OPTS", "-Xlog:class+load:file=" + log);
        start(more).end();
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("dev.mortise.cli.Main"))
                .findFirst()
                .orElse("nowhere");
    }

    private static Path onlyArchive(Path directory) throws IOException {
        List<Path> archives = SmallDistribution.archives(directory);
        assertThat(archives).hasSize(1);
        return archives.get(0);
    }

    private static List<String> leftovers(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.endsWith(".jsa") && !name.equals("mortise.jar"))
                    .toList();
        }
    }
}
