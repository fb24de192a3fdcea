package dev.mortise.cli.demo;

import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LockUnavailableException;
import dev.mortise.cli.demo.WorkerReport.Kind;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Adds to the account as it is told. As careless as programs are: it looks at its lease only when it is done. */
final class DemoWorker {
    static final String LOCK = "demo account";

    private final DistributedLock lock;
    private final Account account;
    private final GuardedAccount guarded;
    private final BlockingQueue<WorkerCommand> orders;
    private final Consumer<WorkerReport> reports;

    DemoWorker(
            DistributedLock lock,
            Account account,
            GuardedAccount guarded,
            BlockingQueue<WorkerCommand> orders,
            Consumer<WorkerReport> reports) {
        this.lock = lock;
        this.account = account;
        this.guarded = guarded;
        this.orders = orders;
        this.reports = reports;
    }

    void run() throws InterruptedException {
        tell(Kind.IDLE);
        while (true) {
            switch (orders.take()) {
                case UNLOCKED -> {
                    while (orders.isEmpty()) {
                        updateUnlocked();
                    }
                }
                case LOCKED -> {
                    while (orders.isEmpty()) {
                        updateLocked();
                    }
                }
                case HOLD -> updateWhenTold();
                case STOP -> tell(Kind.IDLE);
                case FINISH -> throw new IllegalStateException("nothing was begun");
            }
        }
    }

    private void updateUnlocked() {
        long balance = account.balance();
        think();
        account.balance(balance + 1);
        tell(Kind.WROTE, balance + 1);
    }

    private void updateLocked() throws InterruptedException {
        try (Lease lease = acquire()) {
            OptionalLong balance = guarded.balance(lease);
            think();
            write(lease, balance);
        }
    }

    private void updateWhenTold() throws InterruptedException {
        try (Lease lease = acquire()) {
            OptionalLong balance = guarded.balance(lease);
            tell(Kind.THINKING, lease.fencingToken(), balance.orElse(-1));
            WorkerCommand next = orders.take();
            if (next != WorkerCommand.FINISH) {
                throw new IllegalStateException("told to " + next + " in the middle of an update");
            }
            write(lease, balance);
            if (!lease.isValid()) {
                reports.accept(new WorkerReport(Kind.LOST, cause(lease), List.of()));
            }
        }
    }

    private Lease acquire() throws InterruptedException {
        while (true) {
            tell(Kind.WAITING);
            try {
                Lease lease = lock.acquire();
                tell(Kind.HOLDING, lease.fencingToken(), Timing.micros());
                return lease;
            } catch (LockUnavailableException e) {
                // On a machine that is this busy the next try may do better. If not, the demo ends by its own patience.
            }
        }
    }

    private void write(Lease lease, OptionalLong read) {
        long balance = read.orElse(-1) + 1;
        if (read.isPresent() && guarded.balance(lease, balance)) {
            tell(Kind.WROTE, balance);
        } else {
            tell(Kind.REFUSED, lease.fencingToken(), balance);
        }
    }

    private static String cause(Lease lease) throws InterruptedException {
        try {
            LeaseLoss loss = lease.lost().toCompletableFuture().get(2, TimeUnit.SECONDS);
            return loss.cause().name();
        } catch (ExecutionException | TimeoutException e) {
            return "UNKNOWN";
        }
    }

    private void tell(Kind kind, Long... numbers) {
        reports.accept(WorkerReport.of(kind, numbers));
    }

    private static void think() {
        LockSupport.parkNanos(Timing.THINK.toNanos());
    }
}
