package dev.mortise.cli.run;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockProvider;
import dev.mortise.Mortise;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which lock, or locks, a command is to run under.
 *
 * @param names one at least; several for {@link Kind#ALL} only
 * @param permits how many are wanted, of a semaphore
 * @param of how many that semaphore has
 */
record LockChoice(Kind kind, List<String> names, int permits, int of) {
    /** As what the name is used. */
    enum Kind {
        MUTEX,
        /** The read lock of a read-write lock. */
        SHARED,
        /** The write lock of a read-write lock. */
        EXCLUSIVE,
        /** Permits of a semaphore. */
        PERMITS,
        /** Several mutexes, all or none. */
        ALL
    }

    LockChoice {
        names = List.copyOf(names);
    }

    /** Blocks until all of it is held, or the time of the options is over. */
    Lease acquire(LockProvider client, AcquireOptions options) throws InterruptedException {
        String name = names.get(0);
        return switch (kind) {
            case MUTEX -> client.lock(name).acquire(options);
            case SHARED -> client.readWriteLock(name).readLock().acquire(options);
            case EXCLUSIVE -> client.readWriteLock(name).writeLock().acquire(options);
            case PERMITS -> oneAuthority(client).semaphore(name, of).acquire(permits, options);
            case ALL -> oneAuthority(client).allOf(names.toArray(String[]::new)).acquire(options);
        };
    }

    private Mortise oneAuthority(LockProvider client) {
        if (client instanceof Mortise mortise) {
            return mortise;
        }
        throw new ExitException(ExitCode.USAGE, notOnQuorum());
    }

    /** Why a quorum cannot grant it; empty when it can. */
    String notOnQuorum() {
        return switch (kind) {
            case PERMITS -> "a quorum has no semaphores, so --permits and --of do not go with --quorum";
            case ALL -> "a quorum grants one lock at a time, so several NAMEs do not go with --quorum";
            default -> "";
        };
    }

    /** For messages. */
    String describe() {
        String quoted = names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        return switch (kind) {
            case MUTEX -> "lock " + quoted;
            case SHARED -> "the read lock of " + quoted;
            case EXCLUSIVE -> "the write lock of " + quoted;
            case PERMITS -> permits + " of " + of + " permits of " + quoted;
            case ALL -> "locks " + quoted;
        };
    }
}
