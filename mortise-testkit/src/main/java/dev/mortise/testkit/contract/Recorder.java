package dev.mortise.testkit.contract;

import dev.mortise.LockEvent;
import dev.mortise.LockListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps every event and the thread that brought it. */
final class Recorder implements LockListener {
    private final List<LockEvent> events = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();

    @Override
    public void onEvent(LockEvent event) {
        threads.add(Thread.currentThread().getName());
        events.add(event);
    }

    List<LockEvent> all() {
        return List.copyOf(events);
    }

    List<String> threads() {
        return List.copyOf(threads);
    }

    <E extends LockEvent> List<E> of(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <E extends LockEvent> int count(Class<E> kind) {
        return of(kind).size();
    }
}
