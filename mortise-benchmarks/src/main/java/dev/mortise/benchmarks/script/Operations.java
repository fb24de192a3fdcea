package dev.mortise.benchmarks.script;

import static dev.mortise.benchmarks.script.Ids.dead;
import static dev.mortise.benchmarks.script.Ids.live;
import static dev.mortise.benchmarks.script.LockMaking.LONG_MILLIS;
import static dev.mortise.benchmarks.script.LockMaking.MUTEX;
import static dev.mortise.benchmarks.script.LockMaking.PERMITS;
import static dev.mortise.benchmarks.script.LockMaking.READ_WRITE;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured: calls on a lock that has many of something. A holder is {@code live(0)} and up, a waiter {@code live(1)}
 * and up.
 */
public final class Operations {
    private static final int MANY = 10_000;
    private static final int CLIENTS = 100;

    /** How many calls may go on with what one has begun. */
    private static final int REST = 20;

    private Operations() {}

    public static List<Operation> all() {
        List<Operation> all = new ArrayList<>();
        all.addAll(mutexes());
        all.addAll(gone());
        all.addAll(readers());
        all.addAll(semaphores());
        all.addAll(tombstones());
        all.addAll(votes());
        all.addAll(quiet());
        return all;
    }

    private static List<Operation> mutexes() {
        return List.of(
                of("n wait: one more joins", LockMaking::queue, (stage, n) -> stage.acquire(MUTEX, 1, live(n + 1))),
                of("n wait: the last asks again", LockMaking::queue, (stage, n) -> stage.acquire(MUTEX, 1, live(n))),
                of("n wait: release, the next confirms", LockMaking::queue, (stage, n) -> {
                    stage.release(live(0));
                    stage.acquire(MUTEX, 1, live(1));
                }),
                of(
                        "n wait: withdraw in the middle",
                        LockMaking::queue,
                        (stage, n) -> stage.withdraw(live((n + 1) / 2), 0)),
                of(
                        "n wait: withdraw in the middle, with a tombstone",
                        LockMaking::queue,
                        (stage, n) -> stage.withdraw(live((n + 1) / 2), LONG_MILLIS)),
                of("n wait: renew", LockMaking::queue, (stage, n) -> stage.renew(live(0))),
                of("n wait: inspect", LockMaking::queue, (stage, n) -> stage.inspect()),
                of("n wait, the lease is over: the first asks again", LockMaking::queueBehindNobody, (stage, n) -> {
                    stage.acquire(MUTEX, 1, live(1));
                    stage.poll(MUTEX, 1, 1, Math.min(n, REST));
                }),
                of(
                        "n wait, the lease is over: the last asks again",
                        LockMaking::queueBehindNobody,
                        (stage, n) -> stage.acquire(MUTEX, 1, live(n))),
                of("n holes behind the first: it withdraws, then release", LockMaking::holes, (stage, n) -> {
                    stage.withdraw(live(1), 0);
                    stage.release(live(0));
                    stage.acquire(MUTEX, 1, live(n + 2));
                }),
                of("n holes behind the first: two releases", LockMaking::holes, (stage, n) -> {
                    stage.release(live(0));
                    stage.acquire(MUTEX, 1, live(1));
                    stage.release(live(1));
                    stage.acquire(MUTEX, 1, live(n + 2));
                }),
                of(
                        "n leases, a lock each: renew",
                        (stage, n) -> {
                            for (int i = 0; i < n; i++) {
                                stage.holdApart(live(i));
                            }
                        },
                        Stage::renewAllApart));
    }

    private static List<Operation> gone() {
        return List.of(
                of(
                        "n waiters of one gone client: release, the next asks",
                        (stage, n) -> {
                            stage.hold(MUTEX, 1, live(0));
                            for (int i = 0; i < n; i++) {
                                stage.join(MUTEX, 1, dead(0, i));
                            }
                            stage.join(MUTEX, 1, live(1));
                        },
                        Operations::releaseAndPoll),
                new Operation(
                        "n gone clients wait: release, the next asks",
                        CLIENTS,
                        (stage, n) -> {
                            stage.hold(MUTEX, 1, live(0));
                            for (int i = 0; i < n; i++) {
                                stage.join(MUTEX, 1, dead(i, 0));
                            }
                            stage.join(MUTEX, 1, live(1));
                        },
                        Operations::releaseAndPoll),
                new Operation(
                        "n gone clients with 100 readers each: the writer releases",
                        CLIENTS,
                        (stage, n) -> {
                            stage.hold(READ_WRITE, Shape.MAX, live(0));
                            for (int i = 0; i < n * 100; i++) {
                                stage.join(READ_WRITE, 1, dead(i % n, i));
                            }
                            stage.join(READ_WRITE, 1, live(1));
                        },
                        (stage, n) -> {
                            stage.release(live(0));
                            for (int i = 0; i < REST; i++) {
                                stage.acquire(READ_WRITE, 1, live(1));
                            }
                        }));
    }

    private static List<Operation> readers() {
        return List.of(
                of("n readers wait: the writer releases", LockMaking::readersWait, (stage, n) -> {
                    stage.release(live(0));
                    stage.poll(READ_WRITE, 1, 1, Math.min(n, REST));
                }),
                of("n readers wait: the writer becomes a reader", LockMaking::readersWait, (stage, n) -> {
                    stage.downgrade(live(0));
                    stage.poll(READ_WRITE, 1, 1, Math.min(n, REST));
                }),
                of(
                        "n readers hold: one more",
                        LockMaking::readersHold,
                        (stage, n) -> stage.acquire(READ_WRITE, 1, live(n))),
                of("n readers hold: renew", LockMaking::readersHold, (stage, n) -> stage.renew(live(n / 2))),
                of("n readers hold: release", LockMaking::readersHold, (stage, n) -> stage.release(live(n / 2))),
                of("n readers hold: a writer joins", LockMaking::readersHold, (stage, n) -> {
                    stage.acquire(READ_WRITE, Shape.MAX, live(n));
                    stage.acquire(READ_WRITE, Shape.MAX, live(n));
                }),
                of("n readers hold: one wants to be the writer, and gives up", LockMaking::readersHold, (stage, n) -> {
                    stage.upgrade(live(n / 2));
                    stage.giveUpUpgrade(live(n / 2));
                }),
                of("n readers hold: inspect", LockMaking::readersHold, (stage, n) -> stage.inspect()),
                of(
                        "n readers hold, all leases over: a writer acquires",
                        (stage, n) -> {
                            LockMaking.readersHold(stage, n);
                            stage.runOut(n);
                        },
                        (stage, n) -> again(() -> stage.acquire(READ_WRITE, Shape.MAX, live(n)))));
    }

    private static List<Operation> semaphores() {
        return List.of(
                of(
                        "n permits held: one more",
                        LockMaking::permitsHeld,
                        (stage, n) -> stage.acquire(PERMITS, 1, live(n))),
                of("n permits held: renew", LockMaking::permitsHeld, (stage, n) -> stage.renew(live(n / 2))),
                of("n permits held: renew of all", LockMaking::permitsHeld, Stage::renewAll),
                of("n permits held: release", LockMaking::permitsHeld, (stage, n) -> stage.release(live(n / 2))),
                of(
                        "n permits held, one lease over: acquire",
                        (stage, n) -> {
                            LockMaking.permitsHeld(stage, n);
                            stage.runOut(1);
                        },
                        (stage, n) -> again(() -> stage.acquire(PERMITS, 1, live(n)))),
                of(
                        "n permits held, all leases over: acquire",
                        (stage, n) -> {
                            LockMaking.permitsHeld(stage, n);
                            stage.runOut(n);
                        },
                        (stage, n) -> again(() -> stage.acquire(PERMITS, 1, live(n)))),
                of(
                        "n permits held, all leases over: collect",
                        (stage, n) -> {
                            LockMaking.permitsHeld(stage, n);
                            stage.runOut(n);
                        },
                        (stage, n) -> again(stage::collect)),
                of("n permits held: force", LockMaking::permitsHeld, (stage, n) -> again(stage::force)),
                of(
                        "n wait for a permit: more permits",
                        (stage, n) -> {
                            Shape one = new Shape(LockKind.SEMAPHORE, 1);
                            stage.hold(one, 1, live(0));
                            for (int i = 1; i <= n; i++) {
                                stage.join(one, 1, live(i));
                            }
                        },
                        (stage, n) -> {
                            stage.resize(PERMITS.capacity());
                            stage.poll(PERMITS, 1, 1, Math.min(n, REST));
                        }));
    }

    private static List<Operation> tombstones() {
        return List.of(
                of(
                        "n tombstones: acquire, release",
                        (stage, n) -> {
                            LockMaking.withTombstones(stage, n);
                            stage.settle();
                            stage.freed(live(0));
                        },
                        (stage, n) -> {
                            stage.acquire(MUTEX, 1, live(1));
                            stage.release(live(1));
                        }),
                of(
                        "n tombstones: one more",
                        LockMaking::withTombstones,
                        (stage, n) -> stage.withdraw(live(1), LONG_MILLIS)),
                of(
                        "n tombstones, all over: renew",
                        (stage, n) -> {
                            stage.hold(MUTEX, 1, live(0));
                            stage.runOutTombstones(n);
                        },
                        (stage, n) -> again(() -> stage.renew(live(0)))),
                of(
                        "n tombstones, all over: release, acquire",
                        (stage, n) -> {
                            stage.hold(MUTEX, 1, live(0));
                            stage.runOutTombstones(n);
                        },
                        (stage, n) -> {
                            stage.release(live(0));
                            stage.acquire(MUTEX, 1, live(1));
                        }));
    }

    private static List<Operation> votes() {
        return List.of(
                of(
                        "node of a quorum, n readers wait: one asks again",
                        LockMaking::votersWait,
                        (stage, n) -> stage.vote(READ_WRITE, 1, live(n))),
                of("node of a quorum, n readers wait: the writer releases", LockMaking::votersWait, (stage, n) -> {
                    stage.release(live(0));
                    stage.vote(READ_WRITE, 1, live(1));
                }),
                of(
                        "node of a quorum, n waiters of one gone client: release, withdraw",
                        (stage, n) -> {
                            stage.joinVoting(MUTEX, 1, live(0));
                            for (int i = 0; i < n; i++) {
                                stage.joinVoting(MUTEX, 1, dead(0, i));
                            }
                            stage.joinVoting(MUTEX, 1, live(1));
                        },
                        (stage, n) -> {
                            stage.release(live(0));
                            stage.withdraw(live(1), 0);
                        }));
    }

    private static List<Operation> quiet() {
        return List.of(
                of(
                        "quiet, n wait, the lease is over: the first asks again",
                        LockMaking::queueBehindNobody,
                        (stage, n) -> {
                            stage.quietly();
                            stage.poll(MUTEX, 1, 1, Math.min(n, REST));
                        }),
                of(
                        "quiet, n permits held, all leases over: acquire",
                        (stage, n) -> {
                            LockMaking.permitsHeld(stage, n);
                            stage.runOut(n);
                        },
                        (stage, n) -> {
                            stage.quietly();
                            again(() -> stage.acquire(PERMITS, 1, live(n)));
                        }),
                of("quiet, n permits held: renew of all", LockMaking::permitsHeld, (stage, n) -> {
                    stage.quietly();
                    stage.renewAll(n);
                }),
                of(
                        "quiet, n waiters of one gone client: release, the next asks",
                        (stage, n) -> {
                            stage.hold(MUTEX, 1, live(0));
                            for (int i = 0; i < n; i++) {
                                stage.join(MUTEX, 1, dead(0, i));
                            }
                            stage.join(MUTEX, 1, live(1));
                        },
                        (stage, n) -> {
                            stage.quietly();
                            releaseAndPoll(stage, n);
                        }));
    }

    private static Operation of(String name, Operation.Step making, Operation.Step calls) {
        return new Operation(name, MANY, making, calls);
    }

    private static void again(Runnable call) {
        for (int i = 0; i < REST; i++) {
            call.run();
        }
    }

    private static void releaseAndPoll(Stage stage, int n) {
        stage.release(live(0));
        again(() -> stage.acquire(MUTEX, 1, live(1)));
    }
}
