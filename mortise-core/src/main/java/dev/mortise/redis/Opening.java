package dev.mortise.redis;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.internal.script.Place;
import dev.mortise.internal.script.Rights;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.script.ServerFindings;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens what a client is made of; what was opened is closed again when the rest fails. */
final class Opening {
    private final SystemTime time;
    private final Connector connector;

    /** @param callbacks where to run the code of users; if null, on the client's own threads */
    Opening(
            String clientName,
            Duration timeout,
            @Nullable SslOptions tls,
            Logins logins,
            @Nullable Executor callbacks) {
        this.time = new SystemTime(clientName.isEmpty() ? "client" : clientName, callbacks);
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
        findings.report(runner, "");
        try {
            return rest.apply(runner);
        } catch (LockUnavailableException e) {
            throw unusable(target, rights.explain(e), e.getCause() instanceof StoreException known ? known : null);
        }
    }

    private ScriptRunner connected(Target target, Place place, Rights rights) {
        ScriptRunner runner = null;
        try {
            runner = apart(() -> target.open(connector));
            unlessUnanswered(place.check(runner));
            unlessUnanswered(rights.check(runner));
            return runner;
        } catch (StoreException e) {
            if (runner != null) {
                runner.close();
            }
            time.close();
            throw unusable(target, rights.explain(e), e);
        } catch (RuntimeException | Error e) {
            if (runner != null) {
                runner.close();
            }
            time.close();
            throw e;
        }
    }

    /** A server that does not answer is found out by what is asked next. */
    private static void unlessUnanswered(CompletableFuture<Void> check) {
        try {
            Await.result(check);
        } catch (StoreException e) {
            if (e.effect() == Effect.REFUSED) {
                throw e;
            }
        }
    }

    /**
     * Runs what blocks inside Lettuce on a thread of ours: on one of a pool it would run other tasks of that pool, and what
     * it leaves at its thread would stay there.
     */
    private <T> T apart(Supplier<T> blocking) {
        CompletableFuture<T> opened = new CompletableFuture<>();
        time.background().execute(() -> {
            try {
                opened.complete(blocking.get());
            } catch (Throwable e) {
                opened.completeExceptionally(e);
            }
        });
        try {
            return Await.result(opened);
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    private static LockUnavailableException unusable(Target target, String why, @Nullable StoreException cause) {
        return new LockUnavailableException("", target.describe() + " cannot be used: " + why, cause);
    }
}
