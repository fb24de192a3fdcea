package dev.mortise.internal.lettuce;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisCommandExecutionException;
import java.net.SocketException;
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
final class ConnectFailure {
    private static final String NO_TRANSPORT = "A unix domain socket connection requires";

    /** What the driver of a shared client says: see {@link LoginOutcome}. */
    private static final String LOGIN_OVER = "RedisHandshakeHandler not registered";

    /** A server that does not know a command says so together with what came with it: that may be a login. */
    private static final String ARGUMENTS = ", with args beginning with";

    private static final int MOST = 100;

    /** The failure, its cause, the cause of that, and so on. */
    private final List<Throwable> causes = new ArrayList<>();

    /** Those, and what else went wrong: each node of a cluster has failures of its own. */
    private final List<Throwable> all = new ArrayList<>();

    private ConnectFailure(Throwable failure) {
        for (@Nullable Throwable next = failure; next != null && causes.size() < MOST; next = next.getCause()) {
            causes.add(next);
        }
        all.add(failure);
        for (int i = 0; i < all.size() && all.size() < MOST; i++) {
            Throwable next = all.get(i);
            if (next.getCause() != null) {
                all.add(next.getCause());
            }
            all.addAll(List.of(next.getSuppressed()));
        }
    }

    static StoreException of(Throwable failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        ConnectFailure why = new ConnectFailure(failure);
        Effect effect = why.first(RedisCommandExecutionException.class).isPresent() ? Effect.REFUSED : Effect.NONE;
        return new StoreException(effect, why.message(), why.shown());
    }

    private String message() {
        Optional<Throwable> answer = first(RedisCommandExecutionException.class);
        if (answer.isPresent()) {
            return withoutArguments(text(answer.get()));
        }
        Optional<Throwable> tls = first(SSLException.class);
        if (tls.isPresent()) {
            return "TLS: " + tls(text(tls.get()));
        }
        Optional<Throwable> host = first(UnknownHostException.class);
        if (host.isPresent()) {
            return "unknown host: " + text(host.get());
        }
        // The first of them has the address, which matters where a sentinel gave it; those behind it do not.
        Optional<Throwable> socket = first(SocketException.class);
        if (socket.isPresent()) {
            return text(socket.get());
        }
        Throwable root = causes.get(causes.size() - 1);
        if (text(root).startsWith(NO_TRANSPORT)) {
            return "Unix sockets take Netty's native transport on the class path: netty-transport-native-epoll or -kqueue";
        }
        if (text(root).startsWith(LOGIN_OVER)) {
            return "the server ended the connection during the login; the driver came too late to see why";
        }
        if (!namesAddresses(root)) {
            return text(root);
        }
        return text(root).contains("Sentinel") ? "no sentinel can be reached" : "none of the nodes can be reached";
    }

    private static String tls(String handshake) {
        if (handshake.startsWith("PKIX")) {
            return "the server's certificate is not trusted: " + handshake;
        }
        if (handshake.startsWith("No subject alternative") || handshake.startsWith("No name matching")) {
            return "the server's certificate is not for this host: " + handshake;
        }
        return handshake;
    }

    private static String withoutArguments(String answer) {
        int from = answer.indexOf(ARGUMENTS);
        return from < 0 ? answer : answer.substring(0, from);
    }

    /** Lettuce prints addresses together with the user and as many stars as the password is long. */
    private @Nullable Throwable shown() {
        for (int i = 0; i < causes.size(); i++) {
            if (causes.subList(i, causes.size()).stream()
                    .noneMatch(cause -> namesAddresses(cause) || says(cause, ARGUMENTS))) {
                return causes.get(i);
            }
        }
        return null;
    }

    private static boolean namesAddresses(Throwable cause) {
        return says(cause, "://");
    }

    private static boolean says(Throwable cause, String part) {
        return Stream.concat(Stream.of(cause), Stream.of(cause.getSuppressed()))
                .map(String::valueOf)
                .anyMatch(text -> text.contains(part));
    }

    private Optional<Throwable> first(Class<? extends Throwable> type) {
        Predicate<Throwable> isOne = type::isInstance;
        return all.stream().filter(isOne).findFirst();
    }

    private static String text(Throwable cause) {
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }
}
