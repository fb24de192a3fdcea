package dev.mortise.internal.client;

import dev.mortise.LockEvent;
import dev.mortise.LockListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of one client as one: each hears every event, in the order they were added. Immutable. */
public final class Listeners implements LockListener {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<LockListener> listeners;

    private Listeners(List<LockListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** Those there were, and one more. */
    public static Listeners add(@Nullable Listeners before, LockListener listener) {
        List<LockListener> all = new ArrayList<>(before == null ? List.of() : before.listeners);
        all.add(listener);
        return new Listeners(all);
    }

    @Override
    public void onEvent(LockEvent event) {
        for (LockListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException | Error e) {
                log.warn("The lock listener failed on {}", event, e);
            }
        }
    }
}
