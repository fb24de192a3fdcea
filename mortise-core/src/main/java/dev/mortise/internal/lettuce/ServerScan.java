package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScanPage;
import io.lettuce.core.KeyScanArgs;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.netty.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** The keys of one server, in pages. Thread-safe, never blocks. */
final class ServerScan {
    /** How many keys a server looks at for one page: many enough to save requests, few enough to be quick. */
    private static final long LOOKED_AT = 200;

    /** Where a server begins. */
    static final String BEGIN = "0";

    private final ServerConnections connections;
    private final Timer timer;
    private final long timeoutMillis;

    /** How often the connection has come up again: there may be another server then, to which a cursor means nothing. */
    private final AtomicInteger breaks = new AtomicInteger();

    ServerScan(ServerConnections connections, Timer timer, long timeoutMillis) {
        this.connections = connections;
        this.timer = timer;
        this.timeoutMillis = timeoutMillis;
        connections.onReconnect(breaks::incrementAndGet);
    }

    /** As {@link dev.mortise.internal.script.ScriptRunner#scan}; begins anew after a break. */
    CompletableFuture<ScanPage> page(String pattern, String cursor) {
        String here = breaks.get() + " ";
        ConnectionPair lines = connections.current();
        if (lines == null) {
            return CompletableFuture.failedFuture(Failures.notConnected(connections.whyNot()));
        }
        String from = cursor.startsWith(here) ? cursor.substring(here.length()) : BEGIN;
        return page(pattern, from, timer, timeoutMillis, lines::scan)
                .thenApply(page -> page.next().isEmpty() ? page : new ScanPage(page.keys(), here + page.next()));
    }

    /** One page of a server; where to go on is said in the server's own words. */
    static CompletableFuture<ScanPage> page(
            String pattern,
            String from,
            Timer timer,
            long timeoutMillis,
            BiFunction<ScanCursor, ScanArgs, CompletionStage<KeyScanCursor<String>>> scan) {
        KeyScanArgs which = new KeyScanArgs().type("hash").match(pattern).limit(LOOKED_AT);
        return TimedCommand.of(() -> scan.apply(ScanCursor.of(from), which), timer, timeoutMillis)
                .thenApply(page -> new ScanPage(page.getKeys(), page.isFinished() ? "" : page.getCursor()));
    }
}
