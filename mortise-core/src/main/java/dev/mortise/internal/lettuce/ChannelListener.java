package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScriptRunner;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.util.concurrent.atomic.AtomicBoolean;

/** One channel of the pub/sub connection. Called on its I/O thread only. */
final class ChannelListener extends RedisPubSubAdapter<String, String> {
    private final String channel;
    private final ScriptRunner.Listener listener;

    /** False until the first subscription; once true stays true. */
    private final AtomicBoolean subscribed = new AtomicBoolean();

    ChannelListener(String channel, ScriptRunner.Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    @Override
    public void message(String from, String message) {
        if (from.equals(channel)) {
            listener.message(message);
        }
    }

    @Override
    public void subscribed(String to, long count) {
        if (to.equals(channel) && !subscribed.compareAndSet(false, true)) {
            listener.resubscribed();
        }
    }
}
