package dev.mortise.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;

/** A terminal with a shell in it, of a tmux server of its own. */
final class Tmux implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;

    private Tmux(Path directory) {
        this.directory = directory;
    }

    /** Skips the test where there is no tmux. */
    static Tmux start(Path directory, int columns, int rows) {
        boolean isThere = List.of("/usr/bin/tmux", "/usr/local/bin/tmux", "/opt/homebrew/bin/tmux").stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path)));
        Assumptions.assumeTrue(isThere, "needs tmux, for a terminal to draw on; there is none on this machine");
        Tmux tmux = new Tmux(directory);
        tmux.run("new-session", "-d", "-x", "" + columns, "-y", "" + rows, "env -u TMUX PS1='shell> ' bash --norc -i");
        try {
            tmux.await("the shell", screen -> screen.contains("shell>"));
        } catch (AssertionError e) {
            tmux.close();
            throw e;
        }
        return tmux;
    }

    /** Sends keys, by the names that tmux has for them. */
    void press(String... keys) {
        List<String> command = new ArrayList<>(List.of("send-keys"));
        command.addAll(List.of(keys));
        run(command.toArray(String[]::new));
    }

    /** Sends text as it is. */
    void type(String text) {
        run("send-keys", "-l", text);
    }

    void resize(int columns, int rows) {
        run("resize-window", "-x", "" + columns, "-y", "" + rows);
    }

    /** What stands on it now. */
    String screen() {
        return run("capture-pane", "-p");
    }

    /** The same, with the escape sequences of colours. */
    String colours() {
        return run("capture-pane", "-p", "-e");
    }

    /** Until the screen is such. */
    String await(String what, Predicate<String> wanted) {
        AtomicReference<String> last = new AtomicReference<>("");
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        last.set(screen());
                        return wanted.test(last.get());
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("waited for " + what + "; the screen was:\n" + last.get(), e);
        }
        return Objects.requireNonNull(last.get());
    }

    private String run(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("tmux", "-u", "-S", directory.resolve("tmux").toString(), "-f", "/dev/null"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().remove("NO_COLOR");
        try {
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        run("kill-server");
    }
}
