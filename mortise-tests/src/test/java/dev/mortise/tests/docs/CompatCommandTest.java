package dev.mortise.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./dev compat} answers before it runs anything. */
class CompatCommandTest {
    private static final Path DEV = Path.of("..", "dev").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    @Test
    void help_names_the_arguments() throws Exception {
        Answer answer = compat("--help");
        assertThat(answer.status()).isZero();
        assertThat(answer.text()).contains("[--lettuce VERSION]", "SERVER", "target/compat");
    }

    @Test
    void a_path_without_a_server_is_named() throws Exception {
        Files.writeString(directory.resolve("text"), "no program");
        assertThat(compat("text")).isEqualTo(noServer("text"));
        assertThat(compat("absent")).isEqualTo(noServer("absent"));
    }

    @Test
    void a_program_that_is_no_server_is_named() throws Exception {
        Path program = directory.resolve("program");
        Files.writeString(program, "#!/bin/sh\necho program 1.0\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(compat("program")).isEqualTo(noServer("program"));
    }

    @Test
    void wrong_options_are_named() throws Exception {
        assertThat(compat("--letuce", "1").text()).startsWith("unknown option '--letuce'");
        assertThat(compat("--lettuce").text()).startsWith("--lettuce takes a version");
        assertThat(compat("--lettuce").status()).isEqualTo(2);
    }

    private Answer noServer(String name) {
        return new Answer(2, "'" + directory.resolve(name) + "' is no executable redis-server or valkey-server\n");
    }

    private Answer compat(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(DEV.toString(), "compat"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }

    private record Answer(int status, String text) {}
}
