package dev.mortise.tests.pools;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import java.time.Duration;
import java.util.concurrent.locks.Lock;

/** A way to be alone that blocks. */
enum Way {
    MUTEX {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            in(client.lock(name).acquire(), body);
        }
    },
    MUTEX_WITH_A_LIMIT {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            in(client.lock(name).acquire(LIMIT), body);
        }
    },
    TRY {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            in(client.lock(name).tryAcquire(LIMIT).orElseThrow(), body);
        }
    },
    CALL {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            client.lock(name).call(AcquireOptions.defaults(), lease -> {
                body.run();
                return "";
            });
        }
    },
    VIEW {
        @Override
        void alone(Mortise client, String name, Runnable body) {
            in(client.lock(name).asLock(), body);
        }
    },
    WRITE_LOCK {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            in(client.readWriteLock(name).writeLock().acquire(), body);
        }
    },
    WRITE_VIEW {
        @Override
        void alone(Mortise client, String name, Runnable body) {
            in(client.readWriteLock(name).asReadWriteLock().writeLock(), body);
        }
    },
    SEMAPHORE {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            in(client.semaphore(name, 1).acquire(1, AcquireOptions.defaults()), body);
        }
    },
    ALL_OF {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            in(client.allOf(name, name + "-too").acquire(), body);
        }
    },
    ALL_OF_WITH_A_LIMIT {
        @Override
        void alone(Mortise client, String name, Runnable body) throws InterruptedException {
            in(client.allOf(name, name + "-too").acquire(LIMIT), body);
        }
    },
    VIEW_OF_ALL {
        @Override
        void alone(Mortise client, String name, Runnable body) {
            in(client.allOf(name, name + "-too").asLock(), body);
        }
    };

    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Blocks until it is alone under that name, then runs the body. */
    abstract void alone(Mortise client, String name, Runnable body) throws InterruptedException;

    /** Whether a thread that is alone may enter again. */
    boolean isReentrant() {
        return this == VIEW || this == WRITE_VIEW || this == VIEW_OF_ALL;
    }

    /** Whether more than a mutex and a read-write lock is needed. */
    boolean needsOneAuthority() {
        return this == SEMAPHORE || this == ALL_OF || this == ALL_OF_WITH_A_LIMIT || this == VIEW_OF_ALL;
    }

    /** As {@link #alone}, for a task. */
    final Runnable task(Mortise client, String name, Runnable body) {
        return () -> {
            try {
                alone(client, name, body);
            } catch (InterruptedException | LockTimeoutException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** What tells whether somebody has it. */
    final DistributedLock lock(Mortise client, String name) {
        return switch (this) {
            case WRITE_LOCK, WRITE_VIEW -> client.readWriteLock(name).writeLock();
            default -> client.lock(name);
        };
    }

    private static void in(Lease lease, Runnable body) {
        try (lease) {
            body.run();
        }
    }

    private static void in(Lock view, Runnable body) {
        view.lock();
        try {
            body.run();
        } finally {
            view.unlock();
        }
    }
}
