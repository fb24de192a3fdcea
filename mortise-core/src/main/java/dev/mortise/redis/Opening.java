package dev.mortise.redis;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.LateRunner;
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
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens what a client is made of; what was opened is closed again when the rest fails. */
final class Opening {
    private final SystemTime time;
    private final Connector connector;

    /**
     * @param callbacks where to run the code of users; if null, on the client's own threads
     * @param resources threads of Lettuce clients made here; if null, their own
     */
    Opening(
            String clientName,
            Duration timeout,
            @Nullable SslOptions tls,
            Logins logins,
            @Nullable Executor callbacks,
            @Nullable ClientResources resources) {
        this.time = new SystemTime(clientName.isEmpty() ? "client" : clientName, callbacks);
        this.connector = new Connector(
                time, timeout, Optional.ofNullable(tls), clientName, logins, Optional.ofNullable(resources));
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
        ScriptRunner runner = connected(target, opened -> check(opened, place, rights), rights::explain);
        findings.report(runner, "");
        try {
            return rest.apply(runner);
        } catch (LockUnavailableException e) {
            throw unusable(target, rights.explain(e), e.getCause() instanceof StoreException known ? known : null);
        }
    }

    /**
     * As {@link #run}, for a user who needs none of the rights that locks of Mortise take.
     *
     * @param place whose keys are among those that this user may use
     */
    <T> T runPlain(Target target, Place place, Function<ScriptRunner, T> rest) {
        ScriptRunner runner = connected(target, opened -> unlessUnanswered(place.check(opened)), Throwable::getMessage);
        try {
            return rest.apply(runner);
        } catch (LockUnavailableException e) {
            throw unusable(
                    target,
                    String.valueOf(e.getMessage()),
                    e.getCause() instanceof StoreException known ? known : null);
        }
    }

    /**
     * As {@link #run}, without waiting: connects in the background, and what it finds is in the log.
     *
     * @param rest as there; it must take servers that are not connected
     */
    <T> T runLate(Target target, Place place, Rights rights, ServerFindings findings, Function<ScriptRunner, T> rest) {
        LateRunner runner = new LateRunner(
                () -> {
                    ScriptRunner opened = explained(target, place, rights);
                    findings.report(opened, "");
                    return opened;
                },
                time,
                connector.timeout().toNanos(),
                target.deployment(),
                target.describe());
        try {
            T client = rest.apply(runner);
            runner.start();
            return client;
        } catch (RuntimeException | Error e) {
            runner.close();
            time.close();
            throw e;
        }
    }

    private ScriptRunner explained(Target target, Place place, Rights rights) {
        try {
            return checked(() -> target.open(connector), opened -> check(opened, place, rights));
        } catch (StoreException e) {
            throw new StoreException(e.effect(), rights.explain(e), e);
        }
    }

    /** @param explain says of a failure what people read */
    private ScriptRunner connected(
            Target target, Consumer<ScriptRunner> check, Function<StoreException, @Nullable String> explain) {
        try {
            return checked(() -> apart(() -> target.open(connector)), check);
        } catch (StoreException e) {
            time.close();
            throw unusable(target, String.valueOf(explain.apply(e)), e);
        } catch (RuntimeException | Error e) {
            time.close();
            throw e;
        }
    }

    /** What was opened is closed again when it is not what it has to be. */
    private static ScriptRunner checked(Supplier<ScriptRunner> open, Consumer<ScriptRunner> check) {
        ScriptRunner runner = open.get();
        try {
            check.accept(runner);
            return runner;
        } catch (RuntimeException | Error e) {
            runner.close();
            throw e;
        }
    }

    private static void check(ScriptRunner runner, Place place, Rights rights) {
        unlessUnanswered(place.check(runner));
        unlessUnanswered(rights.check(runner));
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
