package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.FrozenTime;
import dev.mortise.internal.runtime.Time;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Time, and the timer of the driver, that only a test moves. What runs in the background runs at once, unless a test says otherwise. */
final class HandTime extends FrozenTime implements io.netty.util.Timer {
    private final List<Due> due = new ArrayList<>();

    /** Where what runs in the background runs. */
    Executor background = Runnable::run;

    /** Runs what becomes due, in order. */
    void pass(long millis) {
        long end = nanos + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Optional<Due> next = next(end); next.isPresent(); next = next(end)) {
            due.remove(next.get());
            nanos = Math.max(nanos, next.get().at);
            next.get().task.run();
        }
        nanos = end;
    }

    private Optional<Due> next(long end) {
        return due.stream().filter(each -> each.at <= end).min(Comparator.comparingLong(each -> each.at));
    }

    @Override
    public Time.Timer schedule(long delayNanos, Runnable task) {
        Due added = new Due(nanos + delayNanos, task);
        due.add(added);
        return () -> due.remove(added);
    }

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        return new Limit(task, unit.toNanos(delay));
    }

    @Override
    public Executor background() {
        return background;
    }

    @Override
    public Set<Timeout> stop() {
        return new HashSet<>();
    }

    /** Compared by identity. */
    private static final class Due {
        private final long at;
        private final Runnable task;

        private Due(long at, Runnable task) {
            this.at = at;
            this.task = task;
        }
    }

    /** As the driver sees it. */
    private final class Limit implements Timeout {
        private final TimerTask task;
        private final Time.Timer timer;
        private boolean expired;
        private boolean cancelled;

        private Limit(TimerTask task, long delayNanos) {
            this.task = task;
            this.timer = schedule(delayNanos, this::expire);
        }

        private void expire() {
            expired = true;
            try {
                task.run(this);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public io.netty.util.Timer timer() {
            return HandTime.this;
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public boolean isExpired() {
            return expired;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public boolean cancel() {
            timer.cancel();
            cancelled = !expired;
            return cancelled;
        }
    }
}
