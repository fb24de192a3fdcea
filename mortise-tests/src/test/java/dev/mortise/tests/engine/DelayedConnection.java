package dev.mortise.tests.engine;

import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A connection on which requests can be on their way for longer than the client waits for the answer. */
final class DelayedConnection {
    private final SingleAuthorityStore store;
    private final List<Callable<?>> underWay = new ArrayList<>();
    private final List<Object> seen = new ArrayList<>();
    private String late = "";
    private String held = "";

    DelayedConnection(SingleAuthorityStore store) {
        this.store = store;
    }

    /** The connection as the client sees it. */
    SingleAuthorityStore connection() {
        return (SingleAuthorityStore) Proxy.newProxyInstance(
                SingleAuthorityStore.class.getClassLoader(),
                new Class<?>[] {SingleAuthorityStore.class},
                (proxy, method, arguments) -> {
                    if (arguments != null) {
                        seen.addAll(List.of(arguments));
                    }
                    if (method.getName().equals(late)) {
                        underWay.add(() -> execute(method, arguments));
                        return CompletableFuture.failedFuture(
                                new StoreException(Effect.UNKNOWN, "timed out, as the test ordered", null));
                    }
                    if (method.getName().equals(held)) {
                        CompletableFuture<Object> answer = new CompletableFuture<>();
                        underWay.add(
                                () -> ((CompletableFuture<?>) execute(method, arguments)).thenAccept(answer::complete));
                        return answer;
                    }
                    return execute(method, arguments);
                });
    }

    /** From now on requests of that name get no answer, and arrive later. */
    void delay(String name) {
        late = name;
    }

    /** From now on requests of that name arrive later, and are answered then: they are overtaken by others. */
    void hold(String name) {
        held = name;
    }

    /** Those that come now are answered again; the others are still on their way. */
    void delayNoMore() {
        late = "";
        held = "";
    }

    /** What was on its way is executed. */
    void arrive() throws Exception {
        List<Callable<?>> all = List.copyOf(underWay);
        underWay.clear();
        for (Callable<?> request : all) {
            request.call();
        }
    }

    /** Of what was asked for so far, what is of that type. */
    <T> List<T> seen(Class<T> type) {
        return seen.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private Object execute(Method method, Object[] arguments) throws Exception {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
