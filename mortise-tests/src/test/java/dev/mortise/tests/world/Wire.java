package dev.mortise.tests.world;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VotingStore;
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
public final class Wire implements InvocationHandler {
    public static final long LIMIT = TimeUnit.MILLISECONDS.toNanos(500);

    private final InMemoryLockStore store;
    private final VotingStore end;
    private final SingleAuthorityStore authority;
    private final Time time;
    private final Random random;
    private final Manners manners;
    private boolean straight = true;
    private boolean cut;
    private double trouble;

    /** As between a client and a node of a quorum. */
    public Wire(InMemoryServer server, Time time, Random random, Duration quiet) {
        this(server, time, random, quiet, Manners.OF_A_NODE);
    }

    public Wire(InMemoryServer server, Time time, Random random, Duration quiet, Manners manners) {
        this.manners = manners;
        this.time = time;
        this.random = random;
        this.store =
                new InMemoryLockStore(server, this::deliver, Optional.of(quiet).filter(any -> !any.isZero()));
        this.end = (VotingStore)
                Proxy.newProxyInstance(Wire.class.getClassLoader(), new Class<?>[] {VotingStore.class}, this);
        this.authority = (SingleAuthorityStore)
                Proxy.newProxyInstance(Wire.class.getClassLoader(), new Class<?>[] {SingleAuthorityStore.class}, this);
    }

    /**
     * How things go here. Times in ns.
     *
     * @param usual how long one way takes at most, without trouble
     * @param late the same for a request that meets with trouble
     * @param lateMessage the same for a message; 0 = messages meet with none
     * @param twice what may arrive a second time
     */
    public record Manners(long usual, long late, long lateMessage, Set<String> twice) {
        private static final Manners OF_A_NODE = new Manners(
                TimeUnit.MILLISECONDS.toNanos(3),
                TimeUnit.MILLISECONDS.toNanos(3_000),
                0,
                Set.of("vote", "unvote", "withdraw"));

        /** As between a client and a node of a quorum, but for that. */
        public static Manners usually(long usual) {
            return new Manners(usual, OF_A_NODE.late, OF_A_NODE.lateMessage, OF_A_NODE.twice);
        }
    }

    /** What the client talks to as to a node of a quorum. */
    public VotingStore end() {
        return end;
    }

    /** What the client talks to as to one authority. */
    public SingleAuthorityStore authority() {
        return authority;
    }

    public InMemoryLockStore store() {
        return store;
    }

    /** From now on everything takes time. */
    public void begin() {
        straight = false;
    }

    /** Of every request, what part meets with something. */
    public void trouble(double part) {
        trouble = part;
    }

    /** Nothing gets through any more. */
    public void cut() {
        cut = true;
        store.disconnect();
    }

    private void deliver(Runnable delivery) {
        if (straight) {
            delivery.run();
            return;
        }
        boolean oneTrouble = isTrouble();
        boolean another = isTrouble();
        if (manners.lateMessage == 0 || !oneTrouble && !another) {
            time.schedule(random.nextLong(manners.usual), delivery);
            return;
        }
        for (int copies = random.nextInt(3); copies > 0; copies--) {
            time.schedule(random.nextLong(manners.lateMessage), delivery);
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
        Time.Timer limit = time.schedule(
                LIMIT, () -> answer.completeExceptionally(new StoreException(Effect.UNKNOWN, "timed out", null)));
        answer.whenComplete((value, failure) -> limit.cancel());
        if (!isTrouble()) {
            long delay = isTrouble() ? random.nextLong(manners.late) : random.nextLong(manners.usual);
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
            } else if (isTrouble() && manners.twice.contains(method.getName())) {
                time.schedule(random.nextLong(manners.late), () -> send(method, arguments));
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
