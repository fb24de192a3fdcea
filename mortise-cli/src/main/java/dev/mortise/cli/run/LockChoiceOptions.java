package dev.mortise.cli.run;

import dev.mortise.cli.run.LockChoice.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** As what the names are used, as a mixin. */
final class LockChoiceOptions {
    private static final int MOST_PERMITS = 1_000_000_000;

    @Option(
            names = "--shared",
            description = "Hold NAME as a reader of a read-write lock: beside other readers, and no writer.")
    private boolean isShared;

    @Option(
            names = "--exclusive",
            description = "Hold NAME as the writer of a read-write lock: beside nobody. Without --shared and"
                    + " --exclusive NAME is a plain lock, which is another kind: all users of a name use one kind.")
    private boolean isExclusive;

    @Option(
            names = "--permits",
            paramLabel = "N",
            description = "Hold N permits of the semaphore NAME; with --of. Default with --of: 1.")
    private @Nullable Integer permits;

    @Option(
            names = "--of",
            paramLabel = "M",
            description = "How many permits the semaphore NAME has; the same for all its users.")
    private @Nullable Integer of;

    /**
     * @param names one at least
     * @param isQuorum whether independent servers are to grant it
     * @throws IllegalArgumentException in words for the user, when options contradict each other
     */
    LockChoice choose(List<String> names, boolean isQuorum) {
        require(!(isShared && isExclusive), "--shared and --exclusive are mutually exclusive: a reader or the writer");
        boolean isCounted = permits != null || of != null;
        require(
                !((isShared || isExclusive) && isCounted),
                "--shared and --exclusive are of a read-write lock, --permits and --of of a semaphore: choose one kind");
        boolean isOne = !(isShared || isExclusive || isCounted);
        require(
                names.size() == 1 || isOne,
                "several NAMEs are plain locks: --shared, --exclusive, --permits and --of go with one NAME");
        LockChoice choice = isCounted ? counted(names) : new LockChoice(plain(names), names, 1, 1);
        require(!isQuorum || choice.notOnQuorum().isEmpty(), choice.notOnQuorum());
        return choice;
    }

    private Kind plain(List<String> names) {
        if (isShared) {
            return Kind.SHARED;
        }
        return isExclusive ? Kind.EXCLUSIVE : names.size() == 1 ? Kind.MUTEX : Kind.ALL;
    }

    private LockChoice counted(List<String> names) {
        if (of == null) {
            throw new IllegalArgumentException(
                    "--permits needs --of: how many permits the semaphore has, as in --permits 1 --of 10");
        }
        int wanted = permits == null ? 1 : permits;
        require(of >= 1 && of <= MOST_PERMITS, "--of must be from 1 to " + MOST_PERMITS + ", was " + of);
        require(wanted >= 1 && wanted <= of, "--permits must be from 1 to " + of + ", which --of says, was " + wanted);
        return new LockChoice(Kind.PERMITS, names, wanted, of);
    }

    private static void require(boolean right, String message) {
        if (!right) {
            throw new IllegalArgumentException(message);
        }
    }
}
