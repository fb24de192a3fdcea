package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.stale.Janitor;
import dev.mortise.testkit.process.Polling;
import dev.mortise.tests.ForwardingTime;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A janitor over a quorum, whose rounds may find too few nodes. */
final class QuorumJanitorTest extends OnInMemoryQuorum {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final int PERIODS = 30;

    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Thread worker = new Thread(this::work);
    private final Time apart = new ForwardingTime(time) {
        @Override
        public Executor background() {
            return work::add;
        }
    };

    private void work() {
        try {
            while (true) {
                work.take().run();
            }
        } catch (InterruptedException over) {
            // The test has ended.
        }
    }

    @BeforeEach
    void startWorker() {
        worker.setDaemon(true);
        worker.start();
    }

    @AfterEach
    void stopWorker() {
        worker.interrupt();
    }

    @Test
    void an_outage_leaves_nothing_that_grows() {
        Janitor janitor = janitor(mine, "a");
        mine.wire(0).disconnect();
        mine.wire(1).disconnect();
        passPeriods(PERIODS);
        assertThat(ids.get()).isGreaterThan(PERIODS / 2);
        assertThat(mine.store.acquires()).isLessThanOrEqualTo(2);
        assertThat(mine.store.outbox()).isLessThanOrEqualTo(6);
        mine.wire(0).reconnect();
        mine.wire(1).reconnect();
        passPeriods(3);
        assertThat(mine.store.acquires()).isLessThanOrEqualTo(2);
        janitor.stop();
        passPeriods(3);
        assertThat(mine.store.acquires()).isZero();
        assertThat(mine.store.outbox()).isZero();
    }

    @Test
    void one_that_is_never_its_turn_remembers_nothing() {
        Janitor first = janitor(mine, "a");
        passPeriods(1);
        Janitor second = janitor(other, "b");
        passPeriods(PERIODS);
        assertThat(mine.store.acquires()).isLessThanOrEqualTo(2);
        assertThat(other.store.acquires()).isLessThanOrEqualTo(2);
        first.stop();
        second.stop();
    }

    private Janitor janitor(Member of, String letter) {
        Janitor janitor = new Janitor(of.store, apart, PERIOD, () -> letter.repeat(22) + "-j" + ids.incrementAndGet());
        janitor.start();
        return janitor;
    }

    private void passPeriods(int periods) {
        for (int i = 0; i < periods * 10; i++) {
            pass(PERIOD.toMillis() / 10);
            assertThat(Polling.until(Duration.ofSeconds(30), this::rests)).isTrue();
        }
    }

    /** Whether the janitor waits, for work or for time to go on. */
    private boolean rests() {
        return work.isEmpty()
                && (worker.getState() == Thread.State.WAITING || worker.getState() == Thread.State.TIMED_WAITING);
    }
}
