package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Both connections to one server, as scripts use them. The inbox also carries renewals, so that they do not stand behind what
 * users send. A server without RESP3 does not allow that, so there renewals go over the command connection.
 */
final class ConnectionPair {
    private final OpenedConnections connections;
    private final ScriptConnection commands;
    private final ScriptConnection inbox;
    private final Time time;
    private final long timeoutNanos;
    private final ConcurrentMap<Subscription, Hearing> hearings = new ConcurrentHashMap<>();

    /** False after a request got no answer there, until it is connected again: meanwhile the other connection is used. */
    private volatile boolean inboxAnswers = true;

    /**
     * @param suspect see {@link ScriptConnection}
     * @param whyNot see {@link ScriptConnection}
     */
    ConnectionPair(
            OpenedConnections connections,
            Time time,
            long timeoutNanos,
            BiConsumer<ConnectionPair, BooleanSupplier> suspect,
            Supplier<String> whyNot) {
        this.connections = connections;
        this.time = time;
        this.timeoutNanos = timeoutNanos;
        this.commands = new ScriptConnection(
                connections.commands().async(),
                connections.commands()::isOpen,
                healed -> suspect.accept(this, healed),
                whyNot);
        this.inbox = new ScriptConnection(
                connections.inbox().async(),
                connections.inbox()::isOpen,
                healed -> suspect.accept(this, healed),
                whyNot);
        connections.inbox().addListener(new Reconnects(() -> inboxAnswers = true));
    }

    ScriptConnection commands() {
        return commands;
    }

    ScriptConnection inbox() {
        return inbox;
    }

    boolean isInboxAnswering() {
        return inboxAnswers;
    }

    void inboxFailed() {
        inboxAnswers = false;
    }

    void tryInboxAgain() {
        inboxAnswers = true;
    }

    /** Runs the action each time the command connection is up again after a break. */
    void onReconnect(Runnable action) {
        connections.commands().addListener(new Reconnects(action));
    }

    /** Hears the channel from now on; completes when the server has confirmed it. Asked again, it answers the same. */
    CompletableFuture<Void> subscribe(Subscription subscription) {
        return hearings.computeIfAbsent(
                        subscription, added -> Hearing.of(connections.inbox(), added, time, timeoutNanos))
                .first();
    }

    /** Whether the server has confirmed that, and the connection has not broken since. */
    boolean hears(Subscription subscription) {
        Hearing hearing = hearings.get(subscription);
        return hearing != null && hearing.isConfirmed();
    }

    /** Others are heard in place of these. */
    void retire() {
        hearings.values().forEach(Hearing::stop);
    }

    /** The connection for commands, for what is no script. */
    StatefulRedisConnection<String, String> forQuestions() {
        return connections.commands();
    }

    CompletableFuture<String> setting(String name) {
        return connections
                .commands()
                .async()
                .configGet(name)
                .toCompletableFuture()
                .thenApply(settings -> settings.getOrDefault(name, ""));
    }

    /** One page of keys. */
    CompletionStage<KeyScanCursor<String>> scan(ScanCursor from, ScanArgs which) {
        return connections.commands().async().scan(from, which);
    }

    CompletableFuture<String> info(String section) {
        return connections.commands().async().info(section).toCompletableFuture();
    }

    /** Completes when both are closed. */
    CompletableFuture<Void> close() {
        retire();
        return connections.close();
    }
}
