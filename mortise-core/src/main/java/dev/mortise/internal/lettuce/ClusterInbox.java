package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection on which messages come, to one node of the cluster. Nothing else goes over it, so it is asked now and then
 * whether it still answers, and replaced by one to another node if it does not.
 */
final class ClusterInbox {
    private static final Logger log = LoggerFactory.getLogger(ClusterInbox.class);
    private static final long CHECK_EVERY = TimeUnit.SECONDS.toNanos(3);

    private final Supplier<StatefulRedisClusterPubSubConnection<String, String>> opener;
    private final Time time;
    private final long timeoutNanos;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    /** Of the current connection. */
    private final List<Hearing> hearings = new CopyOnWriteArrayList<>();

    /** Written by the constructor, then by whoever replaces it, one at a time. */
    private volatile StatefulRedisClusterPubSubConnection<String, String> current;

    /** Once true stays true. */
    private volatile boolean closed;

    ClusterInbox(
            Supplier<StatefulRedisClusterPubSubConnection<String, String>> opener,
            StatefulRedisClusterPubSubConnection<String, String> first,
            Time time,
            long timeoutNanos) {
        this.opener = opener;
        this.current = first;
        this.time = time;
        this.timeoutNanos = timeoutNanos;
        time.schedule(CHECK_EVERY, this::check);
    }

    CompletableFuture<Void> subscribe(Subscription subscription) {
        subscriptions.add(subscription);
        Hearing hearing = heard(current, subscription);
        hearings.add(hearing);
        CompletableFuture<Void> result = hearing.first().copy();
        Time.Timer limit = time.schedule(
                timeoutNanos,
                () -> result.completeExceptionally(Failures.timedOut(TimeUnit.NANOSECONDS.toMillis(timeoutNanos))));
        result.whenComplete((done, failure) -> limit.cancel());
        return result.exceptionallyCompose(failure -> CompletableFuture.failedFuture(Failures.classify(failure)));
    }

    /** Completes when it is closed. */
    CompletableFuture<Void> close() {
        closed = true;
        hearings.forEach(Hearing::stop);
        return current.closeAsync();
    }

    private Hearing heard(StatefulRedisClusterPubSubConnection<String, String> on, Subscription subscription) {
        return Hearing.of(on, subscription, time, timeoutNanos);
    }

    private void check() {
        if (closed) {
            return;
        }
        // While it is not connected, it is being opened again, by Lettuce and to any node.
        if (!current.isOpen()) {
            time.schedule(CHECK_EVERY, this::check);
            return;
        }
        CompletableFuture<String> answer =
                current.async().ping().toCompletableFuture().copy();
        Time.Timer limit = time.schedule(timeoutNanos, () -> answer.completeExceptionally(new TimeoutException()));
        answer.whenComplete((pong, failure) -> {
            limit.cancel();
            boolean isSilent = failure instanceof TimeoutException;
            time.schedule(
                    isSilent ? 0 : CHECK_EVERY,
                    isSilent ? () -> time.background().execute(this::replace) : this::check);
        });
    }

    /** Blocks. */
    private void replace() {
        StatefulRedisClusterPubSubConnection<String, String> before = current;
        StatefulRedisClusterPubSubConnection<String, String> next = null;
        try {
            next = opener.get();
            List<Hearing> anew = new ArrayList<>();
            for (Subscription subscription : subscriptions) {
                Hearing hearing = heard(next, subscription);
                anew.add(hearing);
                Hearing.await(hearing.first(), time, timeoutNanos);
            }
            current = next;
            hearings.forEach(Hearing::stop);
            hearings.clear();
            hearings.addAll(anew);
            before.closeAsync();
            if (closed) {
                next.closeAsync();
                return;
            }
            log.debug("The inbox is at another node");
            subscriptions.forEach(subscription -> subscription.listener().resubscribed());
        } catch (RuntimeException | Error e) {
            log.debug("The inbox is not connected", e);
            if (next != null) {
                next.closeAsync();
            }
        }
        time.schedule(CHECK_EVERY, this::check);
    }
}
