package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.admin.StalePolicy;
import dev.mortise.internal.stale.Janitor;
import dev.mortise.internal.stale.StaleSweep;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Remains;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A search for what is stale that is to end before it is through. */
final class StoppedSweepTest extends OnFakeTime {
    private static final AcquireOptions NO_EXPIRY = ANY.untilReleased();
    private static final Duration PERIOD = Duration.ofMinutes(2);
    private static final List<String> LOCKS = List.of("a", "b", "c");

    /** Done after each removal. */
    private Runnable afterDrop = () -> {};

    private int drops;

    @BeforeEach
    void clientDies() throws Exception {
        for (String lock : LOCKS) {
            client.lock(lock).acquire(NO_EXPIRY);
        }
        store.disconnect();
        pass(100_000);
    }

    @Test
    void nothing_more_is_removed() {
        assertThat(new StaleSweep(watched(), StalePolicy.defaults(), false, () -> drops > 0)
                        .run()
                        .removed())
                .isOne();
        assertThat(server.locks()).hasSize(LOCKS.size() - 1);
    }

    @Test
    void nothing_is_removed_that_was_looked_at_before() {
        LockStore watched = watched();
        assertThat(new StaleSweep(watched, StalePolicy.defaults(), false, () -> true)
                        .run()
                        .removed())
                .isZero();
        assertThat(server.locks()).hasSize(LOCKS.size());
    }

    @Test
    void a_janitor_that_has_lost_its_lock_removes_nothing_more() {
        afterDrop = () -> {
            time.stall(PERIOD.dividedBy(2));
            if (drops == 1) {
                assertThat(other.admin().forceRelease(Janitor.LOCK, "test")).isOne();
            }
        };
        janitor();
        assertThat(drops).isOne();
        assertThat(server.locks()).contains("b", "c").doesNotContain("a");
    }

    @Test
    void a_janitor_whose_work_takes_longer_than_its_lock_keeps_the_lock_and_gets_through() {
        afterDrop = () -> {
            time.stall(PERIOD.dividedBy(2));
            assertThat(other.admin().inspect(Janitor.LOCK).isLocked()).isTrue();
        };
        Janitor janitor = janitor();
        assertThat(drops).isEqualTo(LOCKS.size());
        assertThat(server.locks()).containsExactly(Janitor.LOCK);
        // It has its next turn all the same.
        pass(2 * PERIOD.toMillis());
        assertThat(other.admin().inspect(Janitor.LOCK).isLocked()).isTrue();
        janitor.stop();
        assertThat(other.admin().inspect(Janitor.LOCK).isLocked()).isFalse();
    }

    private Janitor janitor() {
        Janitor janitor = new Janitor(watched(), time, PERIOD, () -> "janitor-" + time.nanos());
        janitor.start();
        pass(PERIOD.toMillis());
        return janitor;
    }

    private LockStore watched() {
        return over(LockStore.class, otherStore);
    }

    private <T> T over(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(target, arguments);
                        if (answer instanceof Remains remains) {
                            return over(Remains.class, remains);
                        }
                        if (method.getName().equals("drop")) {
                            drops++;
                            afterDrop.run();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
