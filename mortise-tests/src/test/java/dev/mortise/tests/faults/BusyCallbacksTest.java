package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callbacks of users that block, as they may, do not keep a client from connecting again. */
final class BusyCallbacksTest extends OnRedis {
    private static final int THREADS = 16;

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void silent_connections_are_replaced_while_callbacks_of_users_block() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), Duration.ofSeconds(3));
        CountDownLatch begun = new CountDownLatch(THREADS);
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < THREADS; i++) {
            client.lock("lock" + i).acquireAsync(AcquireOptions.defaults()).thenAccept(lease -> {
                begun.countDown();
                block(end);
            });
        }
        begun.await();
        int last = proxy.connections();
        proxy.swallowRequests(request -> request.connection().number() <= last);
        try {
            until("requests are answered again", () -> isAnswered(client));
        } finally {
            end.countDown();
        }
        assertThat(proxy.connections()).isGreaterThan(last);
    }

    private static void block(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isAnswered(Mortise client) {
        try {
            client.lock("anything").isLocked();
            return true;
        } catch (LockUnavailableException e) {
            return false;
        }
    }
}
