package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel on one connection. Whenever the connection is up, the server is asked for the channel until it has confirmed
 * it: a server that is busy, or a right that is missing for a moment, makes nobody deaf. Thread-safe; nothing here blocks.
 */
final class Hearing {
    /*
     * Lettuce subscribes again by itself after a break, once, to what was confirmed before; if that is refused nobody hears of
     * it. So it is asked for here as well, each time that the connection is up. An attempt belongs to one time of being up, or
     * to the start: what comes of an earlier one says nothing. While the connection is down nothing is asked.
     */
    private static final Logger log = LoggerFactory.getLogger(Hearing.class);
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(50, 3_000);

    private final StatefulRedisPubSubConnection<String, String> connection;
    private final Subscription subscription;
    private final Time time;
    private final long timeoutNanos;
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final ReentrantLock guard = new ReentrantLock();

    // Guarded by guard.
    private long attempt;
    private boolean confirmed;
    private boolean heardBefore;
    private boolean told;
    private boolean stopped;
    private final Backoff backoff;

    private Hearing(
            StatefulRedisPubSubConnection<String, String> connection,
            Subscription subscription,
            Time time,
            long timeoutNanos) {
        this.connection = connection;
        this.subscription = subscription;
        this.time = time;
        this.timeoutNanos = timeoutNanos;
        this.backoff = new Backoff(time, PAUSES);
    }

    /** Hears the channel from now on, until the connection is closed. */
    static Hearing of(
            StatefulRedisPubSubConnection<String, String> connection,
            Subscription subscription,
            Time time,
            long timeoutNanos) {
        Hearing hearing = new Hearing(connection, subscription, time, timeoutNanos);
        connection.addListener(hearing.new Messages());
        connection.addListener(new Reconnects(hearing::connected, hearing::disconnected));
        hearing.connected();
        return hearing;
    }

    /** Another connection is heard in place of this one: nothing is asked or told any more. What still comes is passed on. */
    void stop() {
        guard.lock();
        try {
            stopped = true;
        } finally {
            guard.unlock();
        }
    }

    /** Completes when the server has confirmed it for the first time; fails when the first attempt did. */
    CompletableFuture<Void> first() {
        return first;
    }

    /**
     * Blocks until the server has confirmed a channel, or for as long as an answer may take.
     *
     * @param first see {@link #first}
     */
    static void await(CompletableFuture<Void> first, Time time, long timeoutNanos) {
        if (!Await.atMost(time, timeoutNanos, first)) {
            throw Failures.timedOut(TimeUnit.NANOSECONDS.toMillis(timeoutNanos));
        }
        Await.result(first);
    }

    boolean isConfirmed() {
        guard.lock();
        try {
            return confirmed && !stopped;
        } finally {
            guard.unlock();
        }
    }

    private void connected() {
        guard.lock();
        try {
            confirmed = false;
            backoff.reset();
        } finally {
            guard.unlock();
        }
        ask();
    }

    /** It is connected again as a rule before that time is over. */
    private void disconnected() {
        guard.lock();
        try {
            confirmed = false;
            long mine = ++attempt;
            time.schedule(timeoutNanos, () -> failed(mine, Failures.notConnected("")));
        } finally {
            guard.unlock();
        }
    }

    private void ask() {
        long mine;
        guard.lock();
        try {
            if (stopped) {
                return;
            }
            mine = ++attempt;
        } finally {
            guard.unlock();
        }
        Time.Timer limit = time.schedule(
                timeoutNanos, () -> failed(mine, Failures.timedOut(TimeUnit.NANOSECONDS.toMillis(timeoutNanos))));
        connection.async().subscribe(subscription.channel()).whenComplete((done, failure) -> {
            limit.cancel();
            if (failure != null) {
                failed(mine, failure);
            }
        });
    }

    private void failed(long which, Throwable failure) {
        boolean tell;
        guard.lock();
        try {
            if (which != attempt || confirmed || stopped) {
                return;
            }
            attempt++;
            tell = !told && heardBefore;
            told |= tell;
            if (connection.isOpen()) {
                long next = attempt;
                time.schedule(backoff.nextNanos(), () -> again(next));
            }
        } finally {
            guard.unlock();
        }
        first.completeExceptionally(Failures.classify(failure));
        subscription.listener().unheard();
        if (tell) {
            log.warn(
                    "Messages on '{}' do not come; they are asked for again: {}",
                    subscription.channel(),
                    Failures.classify(failure).getMessage());
        }
    }

    private void again(long which) {
        guard.lock();
        try {
            if (which != attempt || confirmed || stopped || !connection.isOpen()) {
                return;
            }
        } finally {
            guard.unlock();
        }
        ask();
    }

    private void confirmed() {
        boolean again;
        boolean wasTold;
        guard.lock();
        try {
            if (confirmed || stopped) {
                return;
            }
            confirmed = true;
            again = heardBefore || first.isCompletedExceptionally();
            heardBefore = true;
            wasTold = told;
            told = false;
        } finally {
            guard.unlock();
        }
        first.complete(null);
        if (wasTold) {
            log.info("Messages on '{}' come again", subscription.channel());
        }
        if (again) {
            subscription.listener().resubscribed();
        } else {
            subscription.listener().subscribed();
        }
    }

    /** Called on the I/O thread of the connection only. */
    private final class Messages extends RedisPubSubAdapter<String, String> {
        @Override
        public void message(String from, String message) {
            if (from.equals(subscription.channel())) {
                subscription.listener().message(message);
            }
        }

        @Override
        public void subscribed(String to, long count) {
            if (to.equals(subscription.channel())) {
                confirmed();
            }
        }
    }
}
