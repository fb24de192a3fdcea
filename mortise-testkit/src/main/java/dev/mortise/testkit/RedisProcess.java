package dev.mortise.testkit;

import dev.mortise.testkit.process.ChildProcess;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One server process that the test owns, on 127.0.0.1, in a directory of its own. It is identified by its process
 * object and never by its name or port: nothing else is ever killed. Thread-safe; changes of its life cycle happen one
 * after the other.
 *
 * <ul>
 *   <li>Block until done, bounded, not interruptible: {@link #kill}, {@link #stop}, {@link #pause}, {@link #resume},
 *       the restarts, {@link #close}.
 *   <li>Block for a reply, 30 seconds at most: {@link #command}, {@link #info}.
 *   <li>Return at once: the others.
 * </ul>
 */
public final class RedisProcess implements RedisServer {
    static final String HOST = "127.0.0.1";

    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration REPLY = Duration.ofSeconds(30);
    private static final int PORT_ATTEMPTS = 5;

    private final RedisProcessBuilder settings;
    private final ServerDirectory directory;
    private final Endpoints endpoints;
    private final Launch launch;

    private final Object lifecycle = new Object();
    private volatile ChildProcess child; // written under lifecycle
    private boolean closed; // guarded by lifecycle, once true stays true

    private RedisProcess(RedisProcessBuilder settings, ServerDirectory directory, Endpoints endpoints) {
        this.settings = settings;
        this.directory = directory;
        this.endpoints = endpoints;
        this.launch = new Launch(settings, directory, endpoints);
        this.child = launch.run(List.of());
    }

    /** Where everything can be set. */
    public static RedisProcessBuilder builder() {
        return new RedisProcessBuilder();
    }

    /**
     * Starts a server without persistence and password on a free port. Blocks until it answers.
     *
     * @throws IllegalStateException when there is no server for this system, or it does not start; holds its log
     */
    public static RedisProcess start() {
        return builder().start();
    }

    static RedisProcess start(RedisProcessBuilder builder) {
        RedisProcessBuilder settings = builder.copy();
        ServerDirectory directory = ServerDirectory.create();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return new RedisProcess(settings, directory, Endpoints.of(settings, directory));
                } catch (Launch.PortTakenException e) {
                    if (settings.port() != 0 || attempt == PORT_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (RuntimeException e) {
            directory.delete();
            throw e;
        }
    }

    /** Always 127.0.0.1. */
    public String host() {
        return HOST;
    }

    /** The same for all restarts. */
    public int port() {
        return endpoints.port();
    }

    /** The port for other nodes of its cluster: that for TLS, if it has one. */
    int peerPort() {
        return endpoints.peerPort();
    }

    /** For the plain port, as the default user. */
    @Override
    public String uri() {
        return endpoints.uri("", settings.password());
    }

    /**
     * For the plain port, as a user that was given to the builder.
     *
     * @throws IllegalArgumentException when there is no such user
     */
    public String uri(String user) {
        return endpoints.uri(user, passwordOf(user));
    }

    /**
     * For the TLS port, as the default user.
     *
     * @throws IllegalStateException when there is none
     */
    public String tlsUri() {
        return endpoints.tlsUri("", settings.password());
    }

    /**
     * For the Unix domain socket, as the default user.
     *
     * @throws IllegalStateException when there is none
     */
    public String socketUri() {
        return endpoints.socketUri("", settings.password());
    }

    /** The password of the default user; empty without. */
    String password() {
        return settings.password();
    }

    private String passwordOf(String user) {
        return settings.users().stream()
                .filter(known -> known.name().equals(user))
                .map(AclUser::password)
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("there is no user " + user));
    }

    /** The process id; another one after a restart. */
    public long pid() {
        return child.process().pid();
    }

    /** Whether the process has not ended; a paused server is alive. */
    public boolean isAlive() {
        return child.isAlive();
    }

    /** Ends the server by SIGKILL. Nothing happens when it has ended. */
    public void kill() {
        synchronized (lifecycle) {
            child.kill();
        }
    }

    /**
     * Shuts the server down in order, by SIGTERM, also when it is paused.
     *
     * @throws IllegalStateException when it has not ended after 30 seconds
     */
    public void stop() {
        synchronized (lifecycle) {
            if (!child.terminate(STOP)) {
                throw new IllegalStateException("the server did not stop in " + STOP + "\n" + directory.logTail());
            }
        }
    }

    /**
     * Stops the process by SIGSTOP: connections stay open, new ones are accepted by the system, nothing is answered.
     *
     * @throws IllegalStateException when the server has ended
     */
    public void pause() {
        synchronized (lifecycle) {
            child.pause();
        }
    }

    /**
     * Continues a paused server; it works off what has arrived meanwhile.
     *
     * @throws IllegalStateException when the server has ended
     */
    public void resume() {
        synchronized (lifecycle) {
            child.resume();
        }
    }

    /**
     * Kills the server if it is alive and starts it with what it has persisted, on the same port.
     *
     * @throws IllegalStateException when it persists nothing, is closed, or does not start
     */
    public void restartWithData() {
        if (settings.persistence() == Persistence.NONE) {
            throw new IllegalStateException("this server has persistence " + Persistence.NONE + ": there is no data");
        }
        restart(false, List.of());
    }

    /**
     * Kills the server if it is alive and starts it empty, on the same port.
     *
     * @throws IllegalStateException when it is closed, or does not start
     */
    public void restartWithoutData() {
        restart(true, List.of());
    }

    /** Kills the server if it is alive and starts it with what it has persisted, if anything. */
    void restart(String... options) {
        restart(settings.persistence() == Persistence.NONE, List.of(options));
    }

    /**
     * Sends one command on a connection of its own and waits for the reply.
     *
     * @return as {@link dev.mortise.testkit.resp.RespValues} says
     * @throws RespErrorException when the server answers with an error
     * @throws UncheckedIOException when it does not answer
     */
    public @Nullable Object command(String... arguments) {
        try (RespClient client = connect()) {
            return client.command(arguments);
        }
    }

    /**
     * Opens a connection, authenticated; the caller closes it.
     *
     * @throws UncheckedIOException when the server does not answer
     */
    public RespClient connect() {
        return connect(REPLY);
    }

    /**
     * As {@link #connect()}.
     *
     * @param timeout for the connection and for each reply, in place of 30 seconds
     */
    public RespClient connect(Duration timeout) {
        return launch.connect(timeout);
    }

    /** The fields of one section of INFO, such as {@code stats}. */
    public Map<String, String> info(String section) {
        return ServerInfo.parse(String.valueOf(command("INFO", section)));
    }

    /** The end of the server's log, for messages. */
    public String log() {
        return directory.logTail();
    }

    @Override
    public void close() {
        synchronized (lifecycle) {
            if (!closed) {
                closed = true;
                child.kill();
                directory.delete();
            }
        }
    }

    /** The address without the password, and the process id. */
    @Override
    public String toString() {
        return "redis-server at " + HOST + ":" + endpoints.port() + ", " + child;
    }

    private void restart(boolean empty, List<String> options) {
        synchronized (lifecycle) {
            if (closed) {
                throw new IllegalStateException("this server is closed");
            }
            child.kill();
            if (empty) {
                directory.clearData();
            }
            child = launch.run(options);
        }
    }
}
