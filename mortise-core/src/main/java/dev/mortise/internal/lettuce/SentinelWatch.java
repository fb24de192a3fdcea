package dev.mortise.internal.lettuce;

import dev.mortise.internal.diagnosis.ServerProbe.SentinelView;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.ScriptRunner;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to one Sentinel, which tells when another server becomes master. The former one does not tell: after a fail-over by
 * order it takes writes for ten seconds and more before it is made a replica, so a lease that is renewed there would be worth
 * nothing.
 */
final class SentinelWatch {
    private static final Logger log = LoggerFactory.getLogger(SentinelWatch.class);
    private static final String CHANNEL = "+switch-master";
    private static final long ANSWER = TimeUnit.SECONDS.toNanos(2);
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    static final SentinelView NOTHING = new SentinelView("", Map.of(), "not asked");

    private final RedisClient client;
    private final RedisURI sentinel;
    private final String masterName;
    private final Time time;
    private final Runnable moved;

    /** Where this Sentinel said last that the master is. */
    private final AtomicReference<@Nullable String> known = new AtomicReference<>();

    /** Completes when this Sentinel has said for the first time where the master is, or did not. */
    private final CompletableFuture<Void> asked = new CompletableFuture<>();

    /** Replaced by nobody: once connected, Lettuce connects it again. */
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;

    private volatile @Nullable Hearing heard;

    /** Once true stays true. */
    private volatile boolean closed;

    /** @param moved told on an I/O thread; must not block */
    SentinelWatch(RedisClient client, RedisURI sentinel, String masterName, Time time, Runnable moved) {
        this.client = client;
        this.sentinel = sentinel;
        this.masterName = masterName;
        this.time = time;
        this.moved = moved;
    }

    /**
     * Connects in the background, now or when this Sentinel can be reached. Whoever connects to a master after that is done is
     * told if it is another one later.
     */
    CompletableFuture<Void> start() {
        connect();
        return asked;
    }

    private void connect() {
        if (closed) {
            return;
        }
        client.connectPubSubAsync(StringCodec.UTF8, sentinel).whenComplete((opened, failure) -> {
            if (failure != null) {
                log.debug("A Sentinel is not connected", failure);
                asked.complete(null);
                time.schedule(AGAIN, this::connect);
            } else {
                connected(opened);
            }
        });
    }

    /** Where this Sentinel said last that the master is, as host:port; empty before it did. */
    String master() {
        String last = known.get();
        return last == null ? "" : last.replace(' ', ':');
    }

    /** Whether it watches that master, by that set of sentinels. */
    boolean isOf(RedisURI master) {
        return masterName.equals(master.getSentinelMasterId())
                && master.getSentinels().contains(sentinel);
    }

    /** What this Sentinel says of the master. Never fails, never blocks. */
    CompletableFuture<SentinelView> look() {
        StatefulRedisPubSubConnection<String, String> open = connection;
        if (open == null) {
            return CompletableFuture.completedFuture(view(Map.of(), "not connected"));
        }
        CompletableFuture<Map<String, String>> answer = open.async()
                .dispatch(
                        CommandType.SENTINEL,
                        new MapOutput<>(StringCodec.UTF8),
                        new CommandArgs<>(StringCodec.UTF8).add("MASTER").add(masterName))
                .toCompletableFuture();
        return TimeLimit.within(time, ANSWER, answer)
                .handle((fields, failure) -> failure == null
                        ? view(fields, "")
                        : view(
                                Map.of(),
                                String.valueOf(Failures.classify(failure).getMessage())));
    }

    private SentinelView view(Map<String, String> fields, String error) {
        return new SentinelView(Lettuce.address(sentinel), fields, error);
    }

    void close() {
        closed = true;
        Hearing hearing = heard;
        if (hearing != null) {
            hearing.stop();
        }
        StatefulRedisPubSubConnection<String, String> open = connection;
        if (open != null) {
            open.closeAsync();
        }
    }

    private void connected(StatefulRedisPubSubConnection<String, String> opened) {
        connection = opened;
        if (closed) {
            opened.closeAsync();
            return;
        }
        Hearing hearing = Hearing.of(
                opened,
                new Subscription(CHANNEL, new ScriptRunner.Listener() {
                    @Override
                    public void message(String message) {
                        String[] words = message.split(" ", -1);
                        if (words.length == 5 && words[0].equals(masterName)) {
                            told(words[3] + " " + words[4]);
                        }
                    }

                    @Override
                    public void subscribed() {
                        ask(opened);
                    }

                    @Override
                    public void resubscribed() {
                        ask(opened);
                    }
                }),
                time,
                ANSWER);
        heard = hearing;
        hearing.first().whenComplete((done, failure) -> {
            if (failure != null) {
                log.warn("A Sentinel does not tell when the master changes, which is then noticed later", failure);
                ask(opened);
            }
        });
    }

    /** What it said while nobody listened. */
    private void ask(StatefulRedisPubSubConnection<String, String> on) {
        on.async()
                .dispatch(
                        CommandType.SENTINEL,
                        new ArrayOutput<>(StringCodec.UTF8),
                        new CommandArgs<>(StringCodec.UTF8)
                                .add("get-master-addr-by-name")
                                .add(masterName))
                .whenComplete((address, failure) -> {
                    if (failure == null && address.size() == 2) {
                        told(address.get(0) + " " + address.get(1));
                    }
                    asked.complete(null);
                });
    }

    private void told(String address) {
        String before = known.getAndSet(address);
        if (before != null && !before.equals(address)) {
            log.debug("A Sentinel says that the master is at {} now", address);
            moved.run();
        }
    }
}
