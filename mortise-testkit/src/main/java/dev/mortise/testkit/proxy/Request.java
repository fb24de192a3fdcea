package dev.mortise.testkit.proxy;

import dev.mortise.testkit.resp.RespValues;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What a client asks, for predicates. They run on a thread of the proxy, which forwards nothing meanwhile on that
 * connection.
 *
 * @param arguments the command and its arguments, each read as UTF-8
 * @param connection where it came from
 */
public record Request(List<String> arguments, ProxyConnection connection) {
    /** Copies the arguments. */
    public Request {
        arguments = List.copyOf(arguments);
    }

    /** Matches everything. */
    public static Predicate<Request> any() {
        return request -> true;
    }

    /** Matches one command, such as {@code EVALSHA}; upper and lower case are the same. */
    public static Predicate<Request> command(String name) {
        return request -> request.command().equals(name.toUpperCase(Locale.ROOT));
    }

    /** Matches the requests that have this argument, such as a key. */
    public static Predicate<Request> argument(String text) {
        return request -> request.arguments().contains(text);
    }

    /** Matches what comes over connections that have subscribed, or over those that have not. */
    public static Predicate<Request> subscriber(boolean subscriber) {
        return request -> request.connection().isSubscriber() == subscriber;
    }

    /** The first argument in upper case; empty for an empty request. */
    public String command() {
        return arguments.isEmpty() ? "" : arguments.get(0).toUpperCase(Locale.ROOT);
    }

    /** The command without its arguments, which may be secret. */
    @Override
    public String toString() {
        return command() + " with " + Math.max(0, arguments.size() - 1) + " arguments on connection "
                + connection.number();
    }

    static Request parse(byte[] frame, ProxyConnection connection) {
        if (RespValues.isArray(frame) && RespValues.decode(frame) instanceof List<?> list) {
            return new Request(list.stream().map(String::valueOf).toList(), connection);
        }
        String inline = new String(frame, StandardCharsets.UTF_8).strip();
        return new Request(inline.isEmpty() ? List.of() : Arrays.asList(inline.split("\\s+")), connection);
    }
}
