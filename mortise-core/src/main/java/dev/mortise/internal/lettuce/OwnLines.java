package dev.mortise.internal.lettuce;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one server for calls that block theirs: each has one for itself meanwhile. Few, opened when needed, closed when
 * idle. Thread-safe, never blocks.
 */
final class OwnLines {
    /*
     * Overview. A call waits for a connection, has one, or is over; a connection is idle, has one call, or is closed. It goes
     * back only when all that was sent on it was answered well. A call whose time is over takes its connection with it: an
     * answer that comes yet must not be taken for one to the next call. A connection that broke is closed before the driver
     * can reconnect it: a call that was sent again there could be about nothing, and succeed.
     *
     * Under the guard things are only moved; what is to be opened, sent, failed or closed is done after it.
     */

    private static final long IDLE_SECONDS = 10;

    private final Supplier<? extends CompletionStage<StatefulRedisConnection<String, String>>> factory;
    private final Timer timer;

    /** Connections at a time. */
    private final int most;

    private final ReentrantLock guard = new ReentrantLock();

    // Guarded by guard.
    private final Set<LineCall> waiting = new LinkedHashSet<>();
    private final Deque<Line> idle = new ArrayDeque<>();
    private final Set<Line> lines = new HashSet<>();
    private int opening;
    private boolean sweeping;
    private boolean closed;

    /**
     * @param factory opens a connection that this object owns from there on; may fail, must not block
     * @param most connections at a time
     */
    OwnLines(
            Supplier<? extends CompletionStage<StatefulRedisConnection<String, String>>> factory,
            Timer timer,
            int most) {
        this.factory = factory;
        this.timer = timer;
        this.most = most;
    }

    /** Runs it when there is a connection; it is over within the bound. */
    void run(LineCall call, long boundMillis) {
        try {
            Timeout limit = timer.newTimeout(expired -> timeIsUp(call), boundMillis, TimeUnit.MILLISECONDS);
            call.result().whenComplete((reply, failure) -> limit.cancel());
        } catch (RuntimeException timerIsStopped) {
            call.fail(Failures.notSent(timerIsStopped));
            return;
        }
        boolean late;
        guard.lock();
        try {
            late = closed;
            if (!late) {
                waiting.add(call);
            }
        } finally {
            guard.unlock();
        }
        if (late) {
            call.fail(closed());
        }
        goOn();
    }

    /** Closes all connections; calls that are under way fail. */
    void close() {
        List<Line> all;
        List<LineCall> ended;
        guard.lock();
        try {
            closed = true;
            all = List.copyOf(lines);
            ended = new ArrayList<>(waiting);
            for (Line line : all) {
                if (line.call != null) {
                    ended.add(line.call);
                }
            }
            waiting.clear();
            idle.clear();
            lines.clear();
        } finally {
            guard.unlock();
        }
        ended.forEach(call -> call.fail(closed()));
        all.forEach(Line::close);
    }

    /** Closes what is idle: it may lead to where nothing is any more. */
    void forgetIdle() {
        List<Line> forgotten;
        guard.lock();
        try {
            forgotten = List.copyOf(idle);
            idle.clear();
            lines.removeAll(forgotten);
        } finally {
            guard.unlock();
        }
        forgotten.forEach(Line::close);
    }

    /** Gives connections to calls that wait, and opens as many as are missing. */
    private void goOn() {
        List<Runnable> steps = new ArrayList<>();
        guard.lock();
        try {
            while (!waiting.isEmpty() && !idle.isEmpty()) {
                Line line = idle.pop();
                LineCall call = waiting.iterator().next();
                waiting.remove(call);
                line.call = call;
                line.rested = false;
                steps.add(() -> send(line, call));
            }
            while (!closed && opening < waiting.size() && lines.size() + opening < most) {
                opening++;
                steps.add(this::open);
            }
        } finally {
            guard.unlock();
        }
        steps.forEach(Runnable::run);
    }

    private void send(Line line, LineCall call) {
        call.on(line.connection).whenComplete((done, failure) -> {
            if (failure == null) {
                giveBack(line);
            } else {
                drop(line);
            }
            goOn();
        });
    }

    private void open() {
        CompletionStage<StatefulRedisConnection<String, String>> opened;
        try {
            opened = factory.get();
        } catch (RuntimeException e) {
            opened = CompletableFuture.failedFuture(e);
        }
        opened.whenComplete((connection, failure) -> {
            if (failure == null) {
                opened(connection);
            } else {
                notOpened(failure);
            }
        });
    }

    private void opened(StatefulRedisConnection<String, String> connection) {
        Line line = new Line(connection);
        connection.addListener(line);
        guard.lock();
        try {
            opening--;
            if (!closed) {
                lines.add(line);
            }
        } finally {
            guard.unlock();
        }
        giveBack(line);
        goOn();
    }

    /** Whoever waits longest hears of it, and tries again if there is time. */
    private void notOpened(Throwable failure) {
        LineCall first = null;
        guard.lock();
        try {
            opening--;
            if (!waiting.isEmpty()) {
                first = waiting.iterator().next();
                waiting.remove(first);
            }
        } finally {
            guard.unlock();
        }
        if (first != null) {
            first.fail(Failures.opening(failure));
        }
        goOn();
    }

    private void giveBack(Line line) {
        boolean usable = line.connection.isOpen();
        guard.lock();
        try {
            // Not one that was dropped meanwhile.
            usable &= lines.contains(line);
            if (usable) {
                line.call = null;
                idle.push(line);
                sweepLater();
            }
        } finally {
            guard.unlock();
        }
        if (!usable) {
            drop(line);
        }
    }

    /** It is used no more; a call that it has fails. */
    private void drop(Line line) {
        LineCall call;
        guard.lock();
        try {
            call = line.call;
            line.call = null;
            lines.remove(line);
            idle.remove(line);
        } finally {
            guard.unlock();
        }
        // Failed first: a shared driver of a Cluster may send again elsewhere what was under way on what is closed.
        if (call != null) {
            call.fail(new StoreException(Effect.UNKNOWN, call.whenBroken(), null));
        }
        line.close();
    }

    private void timeIsUp(LineCall call) {
        call.timeIsUp();
        Line taken = null;
        guard.lock();
        try {
            waiting.remove(call);
            for (Line line : lines) {
                taken = line.call == call ? line : taken;
            }
        } finally {
            guard.unlock();
        }
        if (taken != null) {
            drop(taken);
            goOn();
        }
    }

    private void sweepLater() {
        assert guard.isHeldByCurrentThread();
        if (sweeping || closed) {
            return;
        }
        sweeping = true;
        try {
            timer.newTimeout(expired -> sweep(), IDLE_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException timerIsStopped) {
            sweeping = false;
        }
    }

    /** Closes what was not used since the last time. */
    private void sweep() {
        List<Line> unused = new ArrayList<>();
        guard.lock();
        try {
            sweeping = false;
            for (Iterator<Line> all = idle.iterator(); all.hasNext(); ) {
                Line line = all.next();
                if (line.rested) {
                    all.remove();
                    lines.remove(line);
                    unused.add(line);
                }
                line.rested = true;
            }
            if (!idle.isEmpty()) {
                sweepLater();
            }
        } finally {
            guard.unlock();
        }
        unused.forEach(Line::close);
    }

    private static StoreException closed() {
        return new StoreException(Effect.UNKNOWN, "the client was closed", null);
    }

    /** One connection. */
    private final class Line implements RedisConnectionStateListener {
        private final StatefulRedisConnection<String, String> connection;

        /** Whether it is closed, or about to be. */
        private final AtomicBoolean closing = new AtomicBoolean();

        // Guarded by guard.
        private @Nullable LineCall call;
        private boolean rested;

        private Line(StatefulRedisConnection<String, String> connection) {
            this.connection = connection;
        }

        /** Once: a driver warns of more. */
        private void close() {
            if (closing.compareAndSet(false, true)) {
                connection.closeAsync();
            }
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
            drop(this);
            goOn();
        }
    }
}
