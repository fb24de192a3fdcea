package dev.mortise.internal.acquire;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many waiters of one client ask again at a time: at most 64, in the order in which they became due, so that a client
 * with many waiters does not flood a server that has just come back. Thread-safe, never blocks.
 */
public final class PollTurns {
    private static final Logger log = LoggerFactory.getLogger(PollTurns.class);

    /** Polls under way at a time. */
    private static final int MOST_POLLS = 64;

    /** Polls under way. */
    private final AtomicInteger polls = new AtomicInteger();

    /** Those that wait for their turn, in the order in which they became due. One that has left meanwhile ends when it runs. */
    private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();

    /** How often {@link #start} was asked for since one thread began to do it; above 0 while it does. */
    private final AtomicInteger turns = new AtomicInteger();

    /** Runs the poll as soon as fewer than the most are under way. It must call {@link #end} once it is over, also if it throws. */
    void await(Runnable poll) {
        due.add(poll);
        start();
    }

    /** A poll is over: its answer is here, or it has failed, or was not needed any more. */
    void end() {
        polls.decrementAndGet();
        start();
    }

    /** One thread at a time, as a poll may end while it begins. What a poll throws ends no other's turn. */
    private void start() {
        if (turns.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            Runnable next;
            while (polls.get() < MOST_POLLS && (next = due.poll()) != null) {
                polls.incrementAndGet();
                try {
                    next.run();
                } catch (RuntimeException | Error e) {
                    log.error("A poll failed; please report this", e);
                }
            }
            seen = turns.addAndGet(-seen);
        } while (seen > 0);
    }
}
