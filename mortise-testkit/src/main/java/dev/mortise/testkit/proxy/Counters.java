package dev.mortise.testkit.proxy;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the proxy has seen since it was made. Thread-safe. */
final class Counters {
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final LongAdder replies = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();

    void request(Request request) {
        requests.computeIfAbsent(request.command(), command -> new LongAdder()).increment();
    }

    void reply() {
        replies.increment();
    }

    void message() {
        messages.increment();
    }

    int nextConnection() {
        return connections.incrementAndGet();
    }

    Map<String, Long> requests() {
        Map<String, Long> result = new TreeMap<>();
        requests.forEach((command, count) -> result.put(command, count.sum()));
        return result;
    }

    long replies() {
        return replies.sum();
    }

    long messages() {
        return messages.sum();
    }

    int connections() {
        return connections.get();
    }
}
