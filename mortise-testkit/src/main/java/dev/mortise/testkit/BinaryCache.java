package dev.mortise.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Executable files by the hash of their content, shared by the JVMs of a user. A file comes into being by an atomic
 * move, so that no JVM ever sees half of one, and is compared with the expected content before each use.
 */
final class BinaryCache {
    private static final String FILE = "redis-server";
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final List<Path> roots;

    /** A cache in the first of these directories in which it can be written. */
    BinaryCache(List<Path> roots) {
        this.roots = roots;
    }

    /** In the user's cache directory, or else below the directory for temporary files. */
    static BinaryCache ofUser() {
        String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path home = Path.of(System.getProperty("user.home", "."));
        Path cache = xdg.isBlank() ? home.resolve(".cache") : Path.of(xdg);
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        return new BinaryCache(List.of(
                cache.resolve("mortise"), temporary.resolve("mortise-" + System.getProperty("user.name", "user"))));
    }

    /**
     * The file with this content; made if need be.
     *
     * @throws IllegalStateException when no directory could be used; the causes are suppressed exceptions
     */
    Path install(byte[] content) {
        IllegalStateException failure = new IllegalStateException(
                "cannot write the embedded Redis to any of " + roots + "; name a server by " + RedisBinary.SETTING);
        for (Path root : roots) {
            try {
                return install(root, content);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private static Path install(Path root, byte[] content) throws IOException {
        Path directory = root.resolve(sha256(content));
        Path file = directory.resolve(FILE);
        Files.createDirectories(directory, OWNER_ONLY);
        Path temporary = Files.createTempFile(directory, FILE, ".tmp", OWNER_ONLY);
        try {
            requireOwner(root, Files.getOwner(temporary));
            requireOwner(directory, Files.getOwner(temporary));
            if (!holds(file, content)) {
                Files.write(temporary, content);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Below a directory that all users can write, somebody else may have been there first. */
    private static void requireOwner(Path directory, UserPrincipal user) throws IOException {
        if (!Files.getOwner(directory).equals(user)) {
            throw new IOException(directory + " does not belong to " + user.getName());
        }
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        return Files.isExecutable(file)
                && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
