package dev.mortise.testkit.proxy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The faults that wait for a request, oldest first. Thread-safe; holds no lock while a predicate runs. */
final class ArmedFaults {
    private final List<Rule> armed = new CopyOnWriteArrayList<>();

    /** For the next request that matches. */
    Fault once(Predicate<Request> predicate, Effect effect) {
        return add(new Rule(predicate, effect, true));
    }

    /** For every request that matches, until disarmed. */
    Fault always(Predicate<Request> predicate, Effect effect) {
        return add(new Rule(predicate, effect, false));
    }

    void clear() {
        armed.forEach(Rule::disarm);
    }

    /** The fault for this request; null for none. */
    @Nullable
    Rule take(Request request) {
        for (Rule rule : armed) {
            if (rule.predicate.test(request) && rule.claim()) {
                return rule;
            }
        }
        return null;
    }

    private Rule add(Rule rule) {
        armed.add(rule);
        return rule;
    }

    /** One fault. */
    final class Rule implements Fault {
        private final Predicate<Request> predicate;
        private final Effect effect;
        private final boolean once;
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicInteger hits = new AtomicInteger();

        private Rule(Predicate<Request> predicate, Effect effect, boolean once) {
            this.predicate = predicate;
            this.effect = effect;
            this.once = once;
        }

        void apply(Link link, Request request, byte[] frame) throws InterruptedException {
            effect.apply(link, request, frame, hits::incrementAndGet);
        }

        @Override
        public int hits() {
            return hits.get();
        }

        @Override
        public void disarm() {
            over.set(true);
            armed.remove(this);
        }

        private boolean claim() {
            if (!once) {
                return !over.get();
            }
            armed.remove(this);
            return over.compareAndSet(false, true);
        }
    }
}
