package dev.mortise.testkit;

import dev.mortise.testkit.process.ChildProcess;
import dev.mortise.testkit.process.LogTail;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keytool of the running JDK, as a process that ends. */
final class KeyTool {
    private static final Duration RUN = Duration.ofSeconds(60);

    private final Path directory;
    private final String password;

    KeyTool(Path directory, String password) {
        this.directory = directory;
        this.password = password;
    }

    /**
     * Runs one command on a PKCS12 store in the directory.
     *
     * @throws IllegalStateException when it fails; has its output
     */
    void run(String store, String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString(), command));
        line.addAll(List.of("-keystore", store, "-storetype", "PKCS12", "-storepass", password));
        line.addAll(List.of(arguments));
        Path log = directory.resolve("keytool.log");
        ChildProcess child = ChildProcess.start(new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile()));
        boolean ended = child.awaitExit(RUN);
        if (!ended) {
            child.kill();
        }
        if (!ended || child.process().exitValue() != 0) {
            throw new IllegalStateException("keytool " + command + " failed: " + LogTail.of(log));
        }
    }
}
