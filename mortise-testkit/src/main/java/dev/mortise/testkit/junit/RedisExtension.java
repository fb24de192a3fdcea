package dev.mortise.testkit.junit;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.RedisProcessBuilder;
import dev.mortise.testkit.RedisServer;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One server for a test class and its nested classes, empty before each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RedisExtension redis = RedisExtension.create();
 * }</pre>
 *
 * <p>Tests may pause, kill and restart the server, and {@code CLIENT PAUSE} it; before the next test it is running
 * again, on the same port. What they change by {@code CONFIG SET} stays. Parameters of type {@link RedisProcess} and
 * {@link RedisServer} are resolved.
 *
 * <p>The tests of the class must not run at the same time. To a Mortise client with a quiet period that lives longer
 * than a test, the flush is a loss of data, and it grants nothing for that time: make a client per test.
 */
public final class RedisExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver {
    private static final Duration FLUSH = Duration.ofSeconds(1);

    private final RedisProcessBuilder settings;

    // The fields below: the one thread that runs the class.
    private @Nullable RedisProcess server;
    private int classes; // the class and those it is nested in, as far as they have begun

    private RedisExtension(RedisProcessBuilder settings) {
        this.settings = settings;
    }

    /** A server without persistence and password. */
    public static RedisExtension create() {
        return of(RedisProcess.builder());
    }

    /** A server with these settings. */
    public static RedisExtension of(RedisProcessBuilder settings) {
        return new RedisExtension(settings);
    }

    /**
     * The server.
     *
     * @throws IllegalStateException when no test class is running, or the field is not static
     */
    public RedisProcess server() {
        if (server == null) {
            throw new IllegalStateException("no server: is the RedisExtension a static field with @RegisterExtension?");
        }
        return server;
    }

    /** Where a client connects. */
    public String uri() {
        return server().uri();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        classes++;
        if (server == null) {
            server = settings.start();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        RedisProcess running = server();
        if (!flushed(running)) {
            running.restartWithoutData();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        classes--;
        if (classes == 0 && server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == RedisProcess.class || type == RedisServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return server();
    }

    private static boolean flushed(RedisProcess server) {
        if (!server.isAlive()) {
            return false;
        }
        server.resume();
        try (RespClient client = server.connect(FLUSH)) {
            client.command("CLIENT", "UNPAUSE");
            client.command("FLUSHALL");
            return true;
        } catch (UncheckedIOException | RespErrorException stuck) {
            return false;
        }
    }
}
