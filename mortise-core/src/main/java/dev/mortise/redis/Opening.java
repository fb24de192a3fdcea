package dev.mortise.redis;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.lease.Uninterruptibly;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.script.Place;
import dev.mortise.internal.script.Rights;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.script.ServerFindings;
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

    Opening(String clientName, Duration timeout, @Nullable SslOptions tls, Logins logins) {
        this.time = new SystemTime(clientName.isEmpty() ? "client" : clientName);
        this.connector = new Connector(time, timeout, Optional.ofNullable(tls), clientName, logins);
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
     * @param place what it has to be
     * @param rights what its user needs
     * @param findings what there is to warn of
     * @param rest makes the client, which closes the connection and the time from then on
     * @throws LockUnavailableException when it cannot be reached or refuses
     */
    <T> T run(Target target, Place place, Rights rights, ServerFindings findings, Function<ScriptRunner, T> rest) {
        ScriptRunner runner = connected(target, place, rights);
        findings.report(runner);
        try {
            return rest.apply(runner);
        } catch (LockUnavailableException e) {
            throw unusable(target, rights.explain(e), e.getCause() instanceof StoreException known ? known : null);
        }
    }

    private ScriptRunner connected(Target target, Place place, Rights rights) {
        ScriptRunner runner = null;
        try {
            runner = target.open(connector);
            Uninterruptibly.get(place.check(runner));
            Uninterruptibly.get(rights.check(runner));
            return runner;
        } catch (StoreException e) {
            if (runner != null) {
                runner.close();
            }
            time.close();
            throw unusable(target, rights.explain(e), e);
        }
    }

    private static LockUnavailableException unusable(Target target, String why, @Nullable StoreException cause) {
        return new LockUnavailableException("", target.describe() + " cannot be used: " + why, cause);
    }
}
