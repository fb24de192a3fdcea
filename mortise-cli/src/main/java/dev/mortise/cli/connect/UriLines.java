package dev.mortise.cli.connect;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** URIs in a file: one a line; empty lines and those that begin with # are left out. */
final class UriLines {
    private UriLines() {}

    /** @throws ExitException when there is none; it repeats nothing of the file */
    static List<String> of(Path file) {
        List<String> uris;
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            uris = lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (NoSuchFileException e) {
            throw new ExitException(ExitCode.USAGE, "--redis-file: no such file: " + file);
        } catch (IOException | UncheckedIOException e) {
            throw new ExitException(ExitCode.USAGE, "--redis-file: cannot read " + file);
        }
        if (uris.isEmpty()) {
            throw new ExitException(ExitCode.USAGE, "--redis-file: there is no URI in " + file);
        }
        return uris;
    }
}
