package dev.mortise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server to test with: the one that the system property or else the environment variable {@value #SETTING}
 * names, or else the Redis that comes with the testkit, which is extracted once per user. Thread-safe.
 */
public final class RedisBinary {
    /** Names any redis-server or valkey-server, version 7.0 or later. A wrapper script has to {@code exec} it. */
    public static final String SETTING = "MORTISE_TEST_SERVER";

    private static final Object LOCK = new Object();
    private static @Nullable Path embedded; // guarded by LOCK, once set stays set

    private RedisBinary() {}

    /**
     * The executable file. Blocks while it is extracted and checked, the first time in a JVM.
     *
     * @throws IllegalStateException when the setting names no executable file, or there is no embedded server for this
     *     system
     */
    public static Path path() {
        String named = System.getProperty(SETTING, System.getenv().getOrDefault(SETTING, ""));
        return named.isBlank() ? embedded() : executable(Path.of(named.strip()));
    }

    private static Path executable(Path named) {
        if (!Files.isRegularFile(named) || !Files.isExecutable(named)) {
            throw new IllegalStateException(SETTING + " is no executable file: " + named);
        }
        return named.toAbsolutePath();
    }

    private static Path embedded() {
        synchronized (LOCK) {
            if (embedded == null) {
                embedded = BinaryCache.ofUser().install(embeddedBytes());
            }
            return embedded;
        }
    }

    private static byte[] embeddedBytes() {
        String resource = EmbeddedBinary.resource(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        try (InputStream in = RedisBinary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path (org.signal:embedded-redis); add"
                        + " it, or name a server by " + SETTING);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource, e);
        }
    }
}
