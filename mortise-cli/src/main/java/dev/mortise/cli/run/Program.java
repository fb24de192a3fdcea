package dev.mortise.cli.run;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A command that can be run, found before anybody waits for a lock.
 *
 * @param command what to run, with its arguments
 */
record Program(List<String> command) {
    /** What a shell takes where PATH is not set. */
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    /**
     * @throws ExitException 127 when there is none, 126 when it cannot be executed
     */
    static Program find(List<String> command, Map<String, String> environment) {
        String name = command.get(0);
        List<Path> found = candidates(name, environment).filter(Files::exists).toList();
        if (found.isEmpty()) {
            throw new ExitException(ExitCode.NOT_FOUND, "command not found: " + name);
        }
        if (found.stream().noneMatch(path -> Files.isRegularFile(path) && Files.isExecutable(path))) {
            throw notExecutable(name);
        }
        return new Program(List.copyOf(command));
    }

    static ExitException notExecutable(String name) {
        return new ExitException(ExitCode.NOT_EXECUTABLE, "cannot execute " + name);
    }

    String name() {
        return command.get(0);
    }

    /** Without arguments, which may hold secrets, and without anything a label cannot hold. */
    String label() {
        String base = name().substring(name().lastIndexOf('/') + 1).replaceAll("[^ -~]", "?");
        return base.substring(0, Math.min(base.length(), 64));
    }

    private static Stream<Path> candidates(String name, Map<String, String> environment) {
        try {
            if (name.isEmpty()) {
                return Stream.empty();
            }
            if (name.contains("/")) {
                return Stream.of(Path.of(name));
            }
            String path = environment.getOrDefault("PATH", DEFAULT_PATH);
            return Arrays.stream(path.split(File.pathSeparator, -1))
                    .map(directory -> Path.of(directory).resolve(name));
        } catch (InvalidPathException e) {
            return Stream.empty();
        }
    }
}
