package dev.mortise.internal.lettuce;

import dev.mortise.internal.diagnosis.ServerProbe.SentinelView;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Time;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A Lettuce client that Mortise makes for one server or several. It is shut down when the last of them is closed. */
final class OwnClient {
    private final DriverThreads threads;
    private final RedisClient client;
    private final AtomicInteger users = new AtomicInteger();
    private final List<SentinelWatch> watches = new CopyOnWriteArrayList<>();
    private final Connector settings;

    OwnClient(Connector settings) {
        this.settings = settings;
        this.threads = new DriverThreads(settings);
        this.client = new FuturesClient(threads.resources());
        ClientOptions.Builder options = ClientOptions.builder();
        Lettuce.configure(options, settings);
        client.setOptions(options.build());
    }

    /** Connections to that server, or to the master that these Sentinels name. */
    ConnectionSource to(RedisURI uri) {
        RedisURI address = Lettuce.prepared(uri, settings);
        FirstTries first = new FirstTries(List.of(address), settings);
        users.incrementAndGet();
        return new ConnectionSource() {
            @Override
            public OpenedConnections open() {
                try {
                    return first.open(() -> pair(client, Optional.of(address)));
                } finally {
                    first.over();
                }
            }

            @Override
            public StatefulRedisConnection<String, String> openOne() {
                return client.connect(StringCodec.UTF8, address);
            }

            @Override
            public Timer timer() {
                return threads.timer();
            }

            @Override
            public boolean mayMove() {
                return !address.getSentinels().isEmpty();
            }

            @Override
            public String server() {
                return Lettuce.name(address);
            }

            @Override
            public String address() {
                if (!mayMove()) {
                    return Lettuce.address(address);
                }
                return watches.stream()
                        .filter(watch -> watch.isOf(address))
                        .map(SentinelWatch::master)
                        .filter(known -> !known.isEmpty())
                        .findFirst()
                        .orElseGet(this::server);
            }

            @Override
            public CompletableFuture<List<SentinelView>> sentinels() {
                List<CompletableFuture<SentinelView>> views = watches.stream()
                        .filter(watch -> watch.isOf(address))
                        .map(SentinelWatch::look)
                        .toList();
                return CompletableFuture.allOf(views.toArray(CompletableFuture<?>[]::new))
                        .thenApply(all -> views.stream()
                                .map(view -> view.getNow(SentinelWatch.NOTHING))
                                .toList());
            }

            @Override
            public void watch(Runnable moved) {
                listen(address, moved);
            }

            @Override
            public void close() {
                watches.forEach(SentinelWatch::close);
                if (users.decrementAndGet() == 0) {
                    client.shutdownAsync(0, 1, TimeUnit.SECONDS).whenComplete((done, failure) -> threads.close());
                }
            }
        };
    }

    private void listen(RedisURI master, Runnable moved) {
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        for (RedisURI sentinel : master.getSentinels()) {
            SentinelWatch watch =
                    new SentinelWatch(client, sentinel, master.getSentinelMasterId(), settings.time(), moved);
            watches.add(watch);
            asked.add(watch.start());
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new));
        Time.Timer limit = settings.time().schedule(settings.timeout().toNanos(), () -> all.complete(null));
        Await.result(all.exceptionally(notHeard -> null));
        limit.cancel();
    }

    /** By somebody else's client, whose options, address and life are theirs. */
    static ConnectionSource shared(RedisClient theirs, Duration timeout) {
        Lettuce.adviseOn(theirs.getOptions());
        Limits limits = Limits.beside(theirs.getResources(), timeout);
        return new ConnectionSource() {
            @Override
            public OpenedConnections open() {
                return pair(theirs, Optional.empty());
            }

            @Override
            public StatefulRedisConnection<String, String> openOne() {
                return theirs.connect(StringCodec.UTF8);
            }

            @Override
            public Timer timer() {
                return limits.timer();
            }

            @Override
            public String server() {
                return "the server of the shared client";
            }

            @Override
            public void close() {
                limits.close();
            }
        };
    }

    private static OpenedConnections pair(RedisClient client, Optional<RedisURI> uri) {
        var commands = uri.isPresent() ? client.connect(StringCodec.UTF8, uri.get()) : client.connect(StringCodec.UTF8);
        try {
            var inbox = uri.isPresent()
                    ? client.connectPubSub(StringCodec.UTF8, uri.get())
                    : client.connectPubSub(StringCodec.UTF8);
            return new OpenedConnections(commands, inbox);
        } catch (RuntimeException e) {
            commands.closeAsync();
            throw e;
        }
    }
}
