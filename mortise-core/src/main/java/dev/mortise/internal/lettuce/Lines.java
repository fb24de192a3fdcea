package dev.mortise.internal.lettuce;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Both connections to one server as ways for scripts. The inbox also carries renewals, so that they do not stand behind what
 * users send; a server without RESP3 does not allow that, and they go the common way.
 */
final class Lines {
    private final Connections connections;
    private final Line commands;
    private final Line inbox;
    private final ConcurrentMap<Subscription, CompletableFuture<Void>> subscriptions = new ConcurrentHashMap<>();

    /** False from a request that got no answer there until it is connected again: then the common way is tried. */
    private volatile boolean inboxAnswers = true;

    /** @param suspect see {@link Line} */
    Lines(Connections connections, BiConsumer<Lines, BooleanSupplier> suspect) {
        this.connections = connections;
        this.commands = new Line(connections.commands().async(), healed -> suspect.accept(this, healed));
        this.inbox = new Line(connections.inbox().async(), healed -> suspect.accept(this, healed));
        connections.inbox().addListener(new Reconnects(() -> {
            inboxAnswers = true;
            subscribeAgain();
        }));
    }

    Line commands() {
        return commands;
    }

    Line inbox() {
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

    /** Runs the action each time the way of commands is up again after a break. */
    void onReconnect(Runnable action) {
        connections.commands().addListener(new Reconnects(action));
    }

    /** Hears the channel from now on; completes when the server has confirmed it. Asked again, it answers the same. */
    CompletableFuture<Void> subscribe(Subscription subscription) {
        return subscriptions.computeIfAbsent(subscription, this::subscribed);
    }

    private CompletableFuture<Void> subscribed(Subscription subscription) {
        connections.inbox().addListener(new ChannelListener(subscription.channel(), subscription.listener()));
        return asked(subscription);
    }

    private CompletableFuture<Void> asked(Subscription subscription) {
        return connections.inbox().async().subscribe(subscription.channel()).toCompletableFuture();
    }

    /** Lettuce does that itself for what was confirmed before the break; not for what was under way. */
    private void subscribeAgain() {
        for (Subscription subscription : subscriptions.keySet()) {
            subscriptions.computeIfPresent(subscription, (same, before) -> {
                if (!before.isCompletedExceptionally()) {
                    return before;
                }
                CompletableFuture<Void> again = asked(same);
                again.thenRun(() -> same.listener().resubscribed());
                return again;
            });
        }
    }

    CompletableFuture<String> setting(String name) {
        return connections
                .commands()
                .async()
                .configGet(name)
                .toCompletableFuture()
                .thenApply(settings -> settings.getOrDefault(name, ""));
    }

    /** Completes when both are closed. */
    CompletableFuture<Void> close() {
        return connections.close();
    }
}
