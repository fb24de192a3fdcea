package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The message of a grant that comes once more, as while a new subscription has begun and the old one has not ended. */
final class RepeatedGrantsTest extends OnFakeTime {
    private final InMemoryLockStore ownStore = new InMemoryLockStore(server);
    private final List<Runnable> grants = new ArrayList<>();
    private final LockClient own = open(listened(ownStore), time);

    @AfterEach
    void close() {
        own.close();
    }

    @Test
    void while_the_lease_is_held_it_changes_nothing() throws Exception {
        Lease lease = granted();
        repeat();
        pass(20_000);
        assertThat(lease.isValid()).isTrue();
        assertThat(ownStore.requests(StoreOperation.RELEASE)).isZero();
    }

    @Test
    void while_the_lease_is_being_released_it_does_not_release_it_first() throws Exception {
        Lease lease = granted();
        ownStore.faults().failNext(StoreOperation.RELEASE);
        CompletionStage<ReleaseOutcome> released = lease.releaseAsync();
        repeat();
        pass(5_000);
        assertThat(released.toCompletableFuture()).isCompletedWithValue(ReleaseOutcome.RELEASED);
    }

    @Test
    void after_the_release_it_changes_nothing_for_the_next_holder() throws Exception {
        Lease lease = granted();
        assertThat(lease.releaseAsync().toCompletableFuture()).isNotNull();
        pass(1_000);
        Lease next = other.lock("a").acquire();
        repeat();
        pass(5_000);
        assertThat(next.isValid()).isTrue();
        assertThat(server.locks()).hasSize(1);
    }

    @Test
    void after_a_release_that_keeps_the_lock_it_does_not_free_it() throws Exception {
        Lease lease = granted();
        assertThat(lease.releaseAfter(Duration.ofMinutes(1))).isEqualTo(ReleaseOutcome.RELEASED);
        repeat();
        pass(5_000);
        assertThat(other.lock("a").tryAcquire()).isEmpty();
    }

    private Lease granted() throws Exception {
        Lease held = other.lock("a").acquire();
        CompletableFuture<Lease> waiter = own.lock("a").acquireAsync(ANY);
        pass(1_000);
        held.release();
        return had(waiter);
    }

    /** The message that made it comes again. */
    private void repeat() {
        grants.get(0).run();
        time.runCallbacks();
    }

    private SingleAuthorityStore listened(InMemoryLockStore over) {
        return proxy(SingleAuthorityStore.class, over, (method, arguments) -> {
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof InboxListener listener) {
                    arguments[i] = recorded(listener);
                }
            }
        });
    }

    private InboxListener recorded(InboxListener listener) {
        return proxy(InboxListener.class, listener, (method, arguments) -> {
            if (method.equals("granted")) {
                String lock = (String) arguments[0];
                String leaseId = (String) arguments[1];
                long token = (long) arguments[2];
                long claimMillis = (long) arguments[3];
                grants.add(() -> listener.granted(lock, leaseId, token, claimMillis, 0));
            }
        });
    }

    private static <T> T proxy(Class<T> type, T target, BiConsumer<String, Object[]> before) {
        Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            Object[] arguments = given == null ? new Object[0] : given;
            before.accept(method.getName(), arguments);
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        return type.cast(proxy);
    }
}
