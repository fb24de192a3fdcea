package dev.mortise.cli.manual;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.function.Consumer;

/** Puts generated files into their places, or takes them away; a file that another program or person wrote is left alone. */
public final class Installation {
    private final boolean dryRun;
    private final Consumer<String> told;

    /**
     * Changes nothing yet.
     *
     * @param dryRun only say what would be done
     * @param told gets a line for each file
     */
    public Installation(boolean dryRun, Consumer<String> told) {
        this.dryRun = dryRun;
        this.told = told;
    }

    /**
     * Writes what is not there yet, or differs. Each file is replaced in one step. Blocks for the file system.
     *
     * @throws ExitException when a file is there that was not written by this, or one cannot be written
     */
    public void install(Map<Path, String> files) {
        files.keySet().forEach(Installation::requireOurs);
        files.forEach((path, text) -> {
            if (text.equals(read(path))) {
                told.accept("unchanged     " + path);
            } else if (dryRun) {
                told.accept("would write   " + path);
            } else {
                write(path, text);
                told.accept("wrote         " + path);
            }
        });
    }

    /**
     * Removes those that are there. Blocks for the file system.
     *
     * @throws ExitException when one of them was not written by this, or cannot be removed
     */
    public void remove(Iterable<Path> files) {
        for (Path path : files) {
            requireOurs(path);
        }
        for (Path path : files) {
            if (!Files.exists(path)) {
                continue;
            }
            if (!dryRun) {
                delete(path);
            }
            told.accept((dryRun ? "would remove  " : "removed       ") + path);
        }
    }

    private static void requireOurs(Path path) {
        if (Files.exists(path) && !read(path).contains(Generated.MARK)) {
            throw new ExitException(
                    ExitCode.CANNOT_CREATE, path + " was not written by this command; move it away, then try again");
        }
    }

    private static String read(Path path) {
        try {
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new ExitException(ExitCode.CANNOT_CREATE, "cannot read " + path);
        }
    }

    private static void write(Path path, String text) {
        try {
            Path directory =
                    Files.createDirectories(path.toAbsolutePath().normalize().getParent());
            Path draft = directory.resolve(
                    "." + path.getFileName() + "." + ProcessHandle.current().pid());
            try {
                Files.writeString(draft, text);
                Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new ExitException(ExitCode.CANNOT_CREATE, "cannot write " + path);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new ExitException(ExitCode.CANNOT_CREATE, "cannot remove " + path);
        }
    }
}
