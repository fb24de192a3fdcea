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
    private static final String PREFIX = "mortise-redis-";
    private static final int SOCKET_PATH = 100; // the limit is 108 on Linux, 104 on macOS, the end included

    private final Path root;
    private final Runnable cleanup = this::delete;

    private ServerDirectory(Path root) {
        this.root = root;
    }

    /** A new directory that only this user can read: the configuration may hold a password. */
    static ServerDirectory create() {
        try {
            ServerDirectory directory = new ServerDirectory(newRoot());
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

    /** The file of a Unix domain socket. */
    Path socket() {
        return root.resolve("socket");
    }

    /** What a cluster node knows of its cluster: no data, it outlives {@link #clearData}. */
    Path clusterFile() {
        return root.resolve("nodes.conf");
    }

    Path log() {
        return root.resolve("server.log");
    }

    Path configuration() {
        return root.resolve("server.conf");
    }

    void configure(List<String> lines) {
        try {
            Files.write(configuration(), lines);
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

    /** In the usual place, or in /tmp when a socket's path would be too long there for the system. */
    private static Path newRoot() throws IOException {
        Path usual = Files.createTempDirectory(PREFIX);
        if (usual.resolve("socket").toString().length() <= SOCKET_PATH) {
            return usual;
        }
        Files.delete(usual);
        return Files.createTempDirectory(Path.of("/tmp"), PREFIX);
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
