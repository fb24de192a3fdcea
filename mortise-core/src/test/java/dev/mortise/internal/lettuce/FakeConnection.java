package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connection of the driver that answers as a test says; at first with 1, and every subscription is confirmed. */
final class FakeConnection {
    /** The names of all commands. */
    final List<String> asked = new ArrayList<>();

    Supplier<Answer> answers = () -> Answer.of(1L);
    boolean closed;

    private final List<RedisConnectionStateListener> states = new ArrayList<>();
    private final List<RedisPubSubListener<String, String>> hearers = new ArrayList<>();
    private final Object commands = fake(this::command, RedisAsyncCommands.class, RedisPubSubAsyncCommands.class);
    private final Object connection =
            fake(this::itself, StatefulRedisConnection.class, StatefulRedisPubSubConnection.class);

    @SuppressWarnings("unchecked")
    StatefulRedisConnection<String, String> forCommands() {
        return (StatefulRedisConnection<String, String>) connection;
    }

    @SuppressWarnings("unchecked")
    StatefulRedisPubSubConnection<String, String> forMessages() {
        return (StatefulRedisPubSubConnection<String, String>) connection;
    }

    void breaks() {
        List.copyOf(states).forEach(each -> each.onRedisDisconnected(null));
    }

    void comesUpAgain() {
        List.copyOf(states).forEach(each -> each.onRedisConnected(null, new InetSocketAddress(0)));
    }

    private @Nullable Object itself(Object self, Method method, Object[] args) {
        return switch (method.getName()) {
            case "async" -> commands;
            case "isOpen" -> !closed;
            case "closeAsync" -> {
                closed = true;
                yield CompletableFuture.completedFuture(null);
            }
            case "addListener" -> {
                listens(args[0]);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    @SuppressWarnings("unchecked")
    private void listens(Object listener) {
        if (listener instanceof RedisConnectionStateListener state) {
            states.add(state);
        } else {
            hearers.add((RedisPubSubListener<String, String>) listener);
        }
    }

    private Object command(Object self, Method method, Object[] args) {
        asked.add(method.getName());
        if (method.getName().equals("subscribe")) {
            for (String channel : (String[]) args[0]) {
                List.copyOf(hearers).forEach(each -> each.subscribed(channel, 1));
            }
            return Answer.of("");
        }
        return answers.get();
    }

    private static Object fake(InvocationHandler handler, Class<?>... types) {
        return Proxy.newProxyInstance(StatefulConnection.class.getClassLoader(), types, handler);
    }

    /** What comes back for one command, if it comes. */
    static final class Answer extends CompletableFuture<Object> implements RedisFuture<Object> {
        static Answer of(Object value) {
            Answer answer = new Answer();
            answer.complete(value);
            return answer;
        }

        static Answer failed(Throwable failure) {
            Answer answer = new Answer();
            answer.completeExceptionally(failure);
            return answer;
        }

        /** Never. */
        static Answer none() {
            return new Answer();
        }

        @Override
        public String getError() {
            return "";
        }

        @Override
        public boolean await(long timeout, TimeUnit unit) {
            return isDone();
        }
    }
}
