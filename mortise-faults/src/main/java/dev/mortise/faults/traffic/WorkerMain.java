package dev.mortise.faults.traffic;

import dev.mortise.LockEvent;
import dev.mortise.LockProvider;
import dev.mortise.LockUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A worker: uses locks until its input ends, then closes its client in order. */
final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        WorkerPlan plan = WorkerPlan.of(args);
        String worker = args[0];
        long seed = Long.parseLong(args[1]);
        Journal journal = new Journal(System.out);
        UnguardedCounters counters = new UnguardedCounters(Path.of(plan.counters()));
        List<Thread> threads = new ArrayList<>();
        try (LockProvider mortise = open(plan, worker, journal)) {
            for (int i = 0; i <= WorkerPlan.THREADS; i++) {
                boolean isLong = i == WorkerPlan.THREADS;
                String name = worker + (isLong ? ".long" : "." + i);
                Traffic traffic = new Traffic(name, mortise, plan, counters, journal, seed * 31 + i, isLong);
                Thread thread = new Thread(traffic, name);
                thread.start();
                threads.add(thread);
            }
            journal.ready();
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                // nothing is said to it; the end of the input is the end of the work
            }
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        journal.bye();
    }

    /** A worker that comes in the middle of a fault, or to a busy machine, tries until it is in; its crew gives it a minute. */
    private static LockProvider open(WorkerPlan plan, String worker, Journal journal) throws InterruptedException {
        while (true) {
            try {
                return plan.open(worker, event -> {
                    if (event instanceof LockEvent.Queued queued) {
                        journal.queued(queued.owner(), queued.lockName());
                    }
                });
            } catch (LockUnavailableException e) {
                Thread.sleep(100);
            }
        }
    }
}
