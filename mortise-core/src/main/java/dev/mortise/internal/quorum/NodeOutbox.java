package dev.mortise.internal.quorum;

import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.VotingStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What is still to be done on single nodes after the answer was given: repeated until it is acknowledged there, or does
 * not matter any more. For one lease id on one node the latest counts. Thread-safe, never blocks.
 */
final class NodeOutbox {
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(20, 5_000);

    private final Time time;
    private final ConcurrentMap<Key, Message> open = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();

    /** Once true stays true. */
    private volatile boolean closed;

    NodeOutbox(Time time) {
        this.time = time;
    }

    /** Begins now. */
    void run(Node node, String leaseId, long patienceNanos, Function<VotingStore, CompletableFuture<?>> request) {
        begin(node, leaseId, patienceNanos, request).send();
    }

    /** Begins after a pause: it was tried just now. */
    void repeat(Node node, String leaseId, long patienceNanos, Function<VotingStore, CompletableFuture<?>> request) {
        begin(node, leaseId, patienceNanos, request).later();
    }

    private Message begin(
            Node node, String leaseId, long patienceNanos, Function<VotingStore, CompletableFuture<?>> request) {
        Message message = new Message(new Key(node.index(), leaseId), node, patienceNanos, request);
        open.put(message.key, message);
        return message;
    }

    /** Remembers what is under way on a single node, until it has ended. */
    <T> CompletableFuture<T> underWay(CompletableFuture<T> request) {
        long number = count.incrementAndGet();
        underWay.put(number, request);
        request.whenComplete((done, failure) -> underWay.remove(number));
        return request;
    }

    /** Completes when all that is under way now has ended, well or not. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(underWay.values().stream()
                .map(request -> request.handle((done, failure) -> null))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** All that waits to be repeated is tried now, once more. */
    void tryNow() {
        open.values().forEach(Message::send);
    }

    /** How many there are. */
    int size() {
        return open.size();
    }

    void close() {
        closed = true;
        open.clear();
    }

    private final class Message {
        private final Key key;
        private final Node node;
        private final Function<VotingStore, CompletableFuture<?>> request;
        private final long until;

        /** One attempt is under way at a time, so this has one writer at a time. */
        private final Backoff backoff = new Backoff(time, PAUSES);

        Message(Key key, Node node, long patienceNanos, Function<VotingStore, CompletableFuture<?>> request) {
            this.key = key;
            this.node = node;
            this.request = request;
            this.until = time.nanos() + patienceNanos;
        }

        void send() {
            if (closed || open.get(key) != this) {
                open.remove(key, this);
                return;
            }
            underWay(node.<Object>ask(store -> request.apply(store).thenApply(answer -> "")))
                    .whenComplete((done, failure) -> {
                        if (failure == null || Failure.of(failure).effect() == Effect.REFUSED) {
                            open.remove(key, this);
                        } else {
                            later();
                        }
                    });
        }

        void later() {
            if (closed || time.nanos() >= until) {
                open.remove(key, this);
                return;
            }
            time.schedule(backoff.nextNanos(), this::send);
        }
    }

    private record Key(int node, String leaseId) {}
}
