package dev.mortise.cli.demo.scene;

import dev.mortise.cli.exit.Secrets;
import dev.mortise.testkit.process.Leftovers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of a scene, with what the workers write to stderr; deleted at the end, also by Ctrl-C. */
public final class SceneFiles implements AutoCloseable {
    private static final int LOG_LINES = 15;

    private final Path directory;
    private final Runnable cleanup = this::delete;

    /** Makes the directory. */
    public SceneFiles() {
        try {
            directory = Files.createTempDirectory("mortise-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Leftovers.cleanUp(cleanup);
    }

    public Path directory() {
        return directory;
    }

    /** Where the worker writes its stderr. */
    Path logOf(String worker) {
        return directory.resolve(worker + ".log");
    }

    /** Shows what the workers wrote to stderr, without the depths of stack traces, and no more than its end. */
    public void showLogs(PrintWriter out, List<String> workers) {
        for (String worker : workers) {
            log(worker).forEach(line -> out.println(worker + ": " + Secrets.hide(line)));
        }
    }

    private List<String> log(String worker) {
        try {
            Path log = logOf(worker);
            List<String> lines = Files.exists(log)
                    ? Files.readAllLines(log).stream()
                            .filter(line -> !line.startsWith("\t"))
                            .toList()
                    : List.of();
            return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
        } catch (IOException e) {
            return List.of("(cannot read the log of " + worker + ")");
        }
    }

    @Override
    public void close() {
        delete();
        Leftovers.forget(cleanup);
    }

    private void delete() {
        try (Stream<Path> all = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
