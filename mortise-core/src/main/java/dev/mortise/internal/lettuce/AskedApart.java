package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisException;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Somebody's provider, which may block: the driver asks on an I/O thread, and all that goes over that would wait. What it says
 * when it fails is its own, and may hold a secret.
 */
final class AskedApart implements RedisCredentialsProvider {
    private final RedisCredentialsProvider provider;
    private final Executor background;

    AskedApart(RedisCredentialsProvider provider, Executor background) {
        this.provider = provider;
        this.background = background;
    }

    @Override
    public Mono<RedisCredentials> resolveCredentials() {
        return Mono.defer(provider::resolveCredentials)
                .subscribeOn(Schedulers.fromExecutor(background))
                .onErrorMap(
                        failure -> failed("failed with " + failure.getClass().getName()))
                .switchIfEmpty(Mono.error(() -> failed("has none")));
    }

    @Override
    public boolean supportsStreaming() {
        return provider.supportsStreaming();
    }

    @Override
    public Flux<RedisCredentials> credentials() {
        return provider.credentials();
    }

    private static RedisException failed(String what) {
        return new RedisException("the provider of credentials " + what);
    }
}
