package dev.mortise.tests.engine;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.WaitRegister;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A server that may be silent: then each request is lost, and ends after a command time-out. */
final class FreezableStore {
    private final SingleAuthorityStore server;
    private final Time time;
    private final Duration timeout;

    /** From here on all requests but so many are lost; null = none is. */
    private volatile @Nullable Integer answers;

    FreezableStore(SingleAuthorityStore server, Time time, Duration timeout) {
        this.server = server;
        this.time = time;
        this.timeout = timeout;
    }

    /** It is silent after it has answered so many. */
    void freezeAfter(int requests) {
        answers = requests;
    }

    void thaw() {
        answers = null;
    }

    SingleAuthorityStore store() {
        WaitRegister waits = over(WaitRegister.class, server.waits(), null);
        return over(SingleAuthorityStore.class, server, waits);
    }

    private <T> T over(Class<T> type, T target, @Nullable WaitRegister waits) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("waits")) {
                        return waits;
                    }
                    if (CompletableFuture.class.isAssignableFrom(method.getReturnType()) && isLost()) {
                        CompletableFuture<Object> lost = new CompletableFuture<>();
                        time.schedule(
                                timeout.toNanos(),
                                () -> lost.completeExceptionally(
                                        new StoreException(Effect.UNKNOWN, "no answer in time", null)));
                        return lost;
                    }
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private synchronized boolean isLost() {
        Integer left = answers;
        if (left == null) {
            return false;
        }
        answers = Math.max(0, left - 1);
        return left == 0;
    }
}
