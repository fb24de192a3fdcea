package dev.mortise.tests.quorum;

import dev.mortise.internal.lease.Failure;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.internal.time.Time;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes between one client and one node: each request and each reply takes its time, or is lost; a request may come
 * after its time limit, behind later ones, or twice.
 */
final class Wire implements InvocationHandler {
    static final long LIMIT = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LATEST = TimeUnit.MILLISECONDS.toNanos(3_000);
    private static final long USUAL = TimeUnit.MILLISECONDS.toNanos(3);
    private static final Set<String> TWICE = Set.of("vote", "unvote", "withdraw");

    private final InMemoryLockStore store;
    private final VotingStore end;
    private final Time time;
    private final Random random;
    private final long usual;
    private boolean straight = true;
    private boolean cut;
    private double trouble;

    Wire(InMemoryServer server, Time time, Random random, Duration quiet) {
        this(server, time, random, quiet, USUAL);
    }

    /** @param usual how long one way takes at most, ns */
    Wire(InMemoryServer server, Time time, Random random, Duration quiet, long usual) {
        this.usual = usual;
        this.time = time;
        this.random = random;
        this.store =
                new InMemoryLockStore(server, this::deliver, Optional.of(quiet).filter(any -> !any.isZero()));
        this.end = (VotingStore)
                Proxy.newProxyInstance(Wire.class.getClassLoader(), new Class<?>[] {VotingStore.class}, this);
    }

    /** What the client talks to. */
    VotingStore end() {
        return end;
    }

    InMemoryLockStore store() {
        return store;
    }

    /** From now on everything takes time. */
    void begin() {
        straight = false;
    }

    /** Of every request, what part meets with something. */
    void trouble(double part) {
        trouble = part;
    }

    /** Nothing gets through any more. */
    void cut() {
        cut = true;
        store.disconnect();
    }

    private void deliver(Runnable delivery) {
        if (straight) {
            delivery.run();
        } else {
            time.schedule(random.nextLong(usual), delivery);
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (straight
                || method.getReturnType() != CompletableFuture.class
                || method.getName().equals("open")) {
            return call(method, arguments);
        }
        CompletableFuture<Object> answer = new CompletableFuture<>();
        time.schedule(LIMIT, () -> answer.completeExceptionally(new StoreException(Effect.UNKNOWN, "timed out", null)));
        if (!isTrouble()) {
            long delay = isTrouble() ? random.nextLong(LATEST) : random.nextLong(usual);
            time.schedule(delay, () -> arrive(method, arguments, answer));
        }
        return answer;
    }

    private void arrive(Method method, Object @Nullable [] arguments, CompletableFuture<Object> answer) {
        if (cut) {
            return;
        }
        boolean replyLost = isTrouble();
        send(method, arguments).whenComplete((value, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(Failure.of(failure));
                return;
            }
            if (!replyLost) {
                answer.complete(value);
            } else if (isTrouble() && TWICE.contains(method.getName())) {
                time.schedule(random.nextLong(LATEST), () -> send(method, arguments));
            }
        });
    }

    @SuppressWarnings("unchecked")
    private CompletableFuture<Object> send(Method method, Object @Nullable [] arguments) {
        try {
            return (CompletableFuture<Object>) call(method, arguments);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private boolean isTrouble() {
        return trouble > 0 && random.nextDouble() < trouble;
    }
}
