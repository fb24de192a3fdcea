package dev.mortise.internal.lettuce;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How long the driver may take for the first connections of a client. Its limit is short, so that what is gone is soon
 * passed over; but TLS and login take longer than that in a JVM that has just begun on a busy machine. So what it gave up for
 * lack of time is begun once more, with all the time that a first opening has. Thread-safe.
 */
final class FirstTries {
    private final List<RedisURI> addresses;
    private final Time time;
    private final Duration timeout;

    /** Once true stays true. */
    private volatile boolean over;

    /** @param addresses that the driver connects to, and nobody else */
    FirstTries(List<RedisURI> addresses, Connector settings) {
        this.addresses = addresses;
        this.time = settings.time();
        this.timeout = settings.timeout();
    }

    /** Opens it by the driver. Blocks. */
    <C> C open(Supplier<C> opener) {
        long began = time.nanos();
        try {
            return opener.get();
        } catch (RuntimeException e) {
            // How the driver says that it was too slow depends on how far it had come.
            boolean inTime = time.nanos() - began < Lettuce.openingLimit(timeout);
            if (over || inTime || ConnectFailure.of(e).effect() == Effect.REFUSED) {
                throw e;
            }
        }
        limit(Duration.ofNanos(Lettuce.firstLimit(timeout)));
        return opener.get();
    }

    /** What is opened from now on has the usual limit. */
    void over() {
        over = true;
        limit(Duration.ofNanos(Lettuce.openingLimit(timeout)));
    }

    private void limit(Duration each) {
        addresses.stream()
                .flatMap(address -> Stream.concat(Stream.of(address), address.getSentinels().stream()))
                .forEach(address -> address.setTimeout(each));
    }
}
