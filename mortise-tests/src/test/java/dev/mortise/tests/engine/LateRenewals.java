package dev.mortise.tests.engine;

import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A connection on which renewals can be on their way for longer than the client waits for the answer. */
final class LateRenewals {
    private final LockStore store;
    private final List<List<RenewRequest>> underWay = new ArrayList<>();
    private boolean late;

    LateRenewals(LockStore store) {
        this.store = store;
    }

    /** The connection as the client sees it. */
    LockStore connection() {
        return (LockStore) Proxy.newProxyInstance(
                LockStore.class.getClassLoader(), new Class<?>[] {LockStore.class}, (proxy, method, arguments) -> {
                    if (late && method.getName().equals("renew")) {
                        @SuppressWarnings("unchecked")
                        List<RenewRequest> requests = (List<RenewRequest>) arguments[0];
                        underWay.add(List.copyOf(requests));
                        return CompletableFuture.failedFuture(
                                new StoreException(Effect.UNKNOWN, "timed out, as the test ordered", null));
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** From now on renewals get no answer, and arrive later. */
    void delay() {
        late = true;
    }

    /** Those that come now are answered again; the others are still on their way. */
    void delayNoMore() {
        late = false;
    }

    /** What was on its way is executed. */
    void arrive() {
        List<List<RenewRequest>> all = List.copyOf(underWay);
        underWay.clear();
        all.forEach(store::renew);
    }
}
