package dev.mortise.testkit;

import dev.mortise.testkit.process.Leftovers;
import dev.mortise.testkit.process.LogTail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of one server: its configuration, its log, and in a directory of its own what it persists. */
final class ServerDirectory {
    private final Path root;
    private final Runnable cleanup = this::delete;

    private ServerDirectory(Path root) {
        this.root = root;
    }

    /** A new directory that only this user can read: the configuration may hold a password. */
    static ServerDirectory create() {
        try {
            ServerDirectory directory = new ServerDirectory(Files.createTempDirectory("mortise-redis-"));
            Leftovers.cleanUp(directory.cleanup);
            Files.createDirectory(directory.data());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path data() {
        return root.resolve("data");
    }

    Path log() {
        return root.resolve("server.log");
    }

    /** Writes the configuration and returns its file. */
    Path configure(List<String> lines) {
        try {
            return Files.write(root.resolve("server.conf"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of the server's log. */
    String logTail() {
        return LogTail.of(log());
    }

    void clearData() {
        delete(data());
        try {
            Files.createDirectory(data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        delete(root);
        Leftovers.forget(cleanup);
    }

    private static void delete(Path tree) {
        try (Stream<Path> all = Files.exists(tree) ? Files.walk(tree) : Stream.empty()) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
