package dev.mortise.cli.run;

import dev.mortise.Lease;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Tells the command its fencing token in a file. It is there as a whole or not at all: a reader never sees half of it, and one
 * that is left of an earlier run is replaced in one step. It stays when the command has ended, since by then it may be that of
 * the next run, and an old token is refused where tokens are checked.
 */
final class FenceFile {
    private final Path file;
    private final Path directory;

    private FenceFile(Path file, Path directory) {
        this.file = file;
        this.directory = directory;
    }

    /**
     * @throws ExitException when it is clear before the wait for a lock that it cannot be written
     */
    static FenceFile at(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || Files.isDirectory(file)) {
            throw cannotWrite(file, "it is a directory");
        }
        if (!Files.isDirectory(parent)) {
            throw cannotWrite(file, "there is no directory " + parent);
        }
        if (!Files.isWritable(parent)) {
            throw cannotWrite(file, "its directory may not be written");
        }
        return new FenceFile(file, parent);
    }

    /**
     * The token of the lease in the first line, and if there are several names, a line for each of them.
     *
     * @throws ExitException when it cannot be written
     */
    void write(Lease lease, List<String> names) {
        StringBuilder text = new StringBuilder().append(lease.fencingToken()).append('\n');
        if (names.size() > 1) {
            names.forEach(name -> text.append(lease.fencingToken(name))
                    .append('\t')
                    .append(name)
                    .append('\n'));
        }
        try {
            // Made readable and writable by its owner alone.
            Path draft = Files.createTempFile(directory, ".mortise-fence", ".tmp");
            try {
                Files.writeString(draft, text, StandardCharsets.UTF_8);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw cannotWrite(file, e.getClass().getSimpleName());
        }
    }

    private static ExitException cannotWrite(Path file, String why) {
        return new ExitException(ExitCode.CANNOT_CREATE, "--fence-file: cannot write " + file + ": " + why);
    }
}
