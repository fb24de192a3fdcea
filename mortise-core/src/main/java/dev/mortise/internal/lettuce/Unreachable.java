package dev.mortise.internal.lettuce;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisCommandExecutionException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a connection could not be opened, in words that hold no part of a login. */
final class Unreachable {
    private final List<Throwable> causes = new ArrayList<>();

    private Unreachable(Throwable failure) {
        for (@Nullable Throwable next = failure; next != null && causes.size() < 100; next = next.getCause()) {
            causes.add(next);
        }
    }

    static StoreException of(Throwable failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        Unreachable all = new Unreachable(failure);
        Effect effect = all.first(RedisCommandExecutionException.class).isPresent() ? Effect.REFUSED : Effect.NONE;
        return new StoreException(effect, all.message(), all.shown());
    }

    private String message() {
        Optional<Throwable> answer = first(RedisCommandExecutionException.class);
        if (answer.isPresent()) {
            return text(answer.get());
        }
        Optional<Throwable> tls = first(SSLException.class);
        if (tls.isPresent()) {
            return "TLS: " + tls(text(tls.get()));
        }
        Optional<Throwable> host = first(UnknownHostException.class);
        if (host.isPresent()) {
            return "unknown host: " + text(host.get());
        }
        Throwable root = causes.get(causes.size() - 1);
        if (!namesAddresses(root)) {
            return text(root);
        }
        return text(root).contains("Sentinel") ? "no sentinel can be reached" : "none of the nodes can be reached";
    }

    private String tls(String handshake) {
        String root = text(causes.get(causes.size() - 1));
        if (handshake.startsWith("PKIX")) {
            return "the server's certificate is not trusted: " + root;
        }
        if (handshake.startsWith("No subject alternative") || handshake.startsWith("No name matching")) {
            return "the server's certificate is not for this host: " + root;
        }
        return root;
    }

    /** Lettuce prints addresses together with the user and as many stars as the password is long. */
    private @Nullable Throwable shown() {
        for (int i = 0; i < causes.size(); i++) {
            if (causes.subList(i, causes.size()).stream().noneMatch(Unreachable::namesAddresses)) {
                return causes.get(i);
            }
        }
        return null;
    }

    private static boolean namesAddresses(Throwable cause) {
        return Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed()))
                .map(String::valueOf)
                .anyMatch(text -> text.contains("://"));
    }

    private Optional<Throwable> first(Class<? extends Throwable> type) {
        Predicate<Throwable> isOne = type::isInstance;
        return causes.stream().filter(isOne).findFirst();
    }

    private static String text(Throwable cause) {
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }
}
