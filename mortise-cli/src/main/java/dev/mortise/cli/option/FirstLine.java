package dev.mortise.cli.option;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A secret in a file: its first line, without blanks around it. */
public final class FirstLine {
    private FirstLine() {}

    /**
     * Reads it.
     *
     * @param option named in the error
     * @throws ExitException when there is none
     */
    public static String of(String option, Path file) {
        String line;
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            line = lines.findFirst().orElse("").strip();
        } catch (NoSuchFileException e) {
            throw new ExitException(ExitCode.USAGE, option + ": no such file: " + file);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new ExitException(ExitCode.USAGE, option + ": cannot read " + file);
        }
        if (line.isEmpty()) {
            throw new ExitException(ExitCode.USAGE, option + ": the first line of " + file + " is empty");
        }
        return line;
    }
}
