package dev.mortise.cli.demo;

import dev.mortise.testkit.process.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of the account and of what the workers write to stderr; deleted at the end, also by Ctrl-C. */
final class DemoFiles implements AutoCloseable {
    private static final int LOG_LINES = 15;

    private final Path directory;
    private final Runnable cleanup = this::delete;

    DemoFiles() {
        try {
            directory = Files.createTempDirectory("mortise-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Leftovers.cleanUp(cleanup);
    }

    Path directory() {
        return directory;
    }

    /** What the worker wrote to stderr, without the depths of stack traces, and no more than its end. */
    List<String> log(String worker) {
        try {
            Path log = directory.resolve(worker + ".log");
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
