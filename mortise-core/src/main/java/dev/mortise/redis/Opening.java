package dev.mortise.redis;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.time.SystemTime;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens what a client is made of; what was opened is closed again when the rest fails. */
final class Opening {
    private final SystemTime time;
    private final Connector connector;

    Opening(String clientName, Duration timeout, @Nullable SslOptions tls) {
        this.time = new SystemTime(clientName.isEmpty() ? "client" : clientName);
        this.connector = new Connector(time, timeout, Optional.ofNullable(tls), clientName);
    }

    SystemTime time() {
        return time;
    }

    Connector connector() {
        return connector;
    }

    /**
     * Blocks until connected.
     *
     * @param rest makes the client, which closes the connection and the time from then on
     * @throws LockUnavailableException when it cannot be reached or refuses
     */
    <T> T run(Target target, Function<ScriptRunner, T> rest) {
        ScriptRunner runner;
        try {
            runner = target.open(connector);
        } catch (StoreException e) {
            time.close();
            throw new LockUnavailableException("", target.describe() + " cannot be used: " + e.getMessage(), e);
        }
        return rest.apply(runner);
    }
}
