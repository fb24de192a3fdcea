package dev.mortise.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InTurnTest {
    private static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(50);

    @Test
    void nobody_gets_a_lock_twice_in_a_row_also_where_the_lock_lets_it() throws Exception {
        Clients clients = new Clients(new ReentrantLock());
        InTurn inTurn = new InTurn(clients.two(), 1);
        long cycles = 0;
        for (int window = 0; window < 3; window++) {
            cycles += inTurn.run(WINDOW);
            // Whoever began a window may be the one who ended the last.
            clients.entries.add("between");
        }
        inTurn.close();
        List<String> entries = clients.entries;
        assertThat(cycles).isPositive().isLessThanOrEqualTo(entries.size() - 3);
        for (int i = 1; i < entries.size(); i++) {
            assertThat(entries.get(i)).isNotEqualTo(entries.get(i - 1));
        }
    }

    @Test
    void a_queue_stays_between_windows_and_ends_at_the_end() throws Exception {
        ReentrantLock lock = new ReentrantLock(true);
        Clients clients = new Clients(lock);
        InTurn inTurn = new InTurn(clients.two(), 5);
        assertThat(inTurn.run(WINDOW)).isPositive();
        assertThat(lock.isLocked()).isTrue();
        assertThat(lock.getQueueLength()).isPositive();
        assertThat(inTurn.run(WINDOW)).isPositive();
        inTurn.close();
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock.hasQueuedThreads()).isFalse();
        assertThat(clients.closed).hasValue(2);
    }

    @Test
    void a_lock_that_fails_fails_the_measurement() throws Exception {
        InTurn inTurn = new InTurn(new Clients(null).two(), 1);
        assertThatThrownBy(() -> inTurn.run(WINDOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a thread failed");
        inTurn.close();
    }

    /** Of a lock in this JVM; without one, each acquire fails. */
    private static final class Clients {
        private final @Nullable ReentrantLock lock;
        private final List<String> entries = new ArrayList<>();
        private final AtomicInteger closed = new AtomicInteger();

        private Clients(@Nullable ReentrantLock lock) {
            this.lock = lock;
        }

        private List<Rival> two() {
            return List.of(new Client(), new Client());
        }

        private final class Client implements Rival {
            @Override
            public RivalLock lock(String name) {
                return new RivalLock() {
                    @Override
                    public void acquire() throws InterruptedException {
                        if (lock == null) {
                            throw new UnsupportedOperationException("broken");
                        }
                        lock.lockInterruptibly();
                        entries.add(Thread.currentThread().getName());
                    }

                    @Override
                    public void release() {
                        if (lock != null) {
                            lock.unlock();
                        }
                    }
                };
            }

            @Override
            public long leaseLeftMillis(String name) {
                return 0;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }
    }
}
