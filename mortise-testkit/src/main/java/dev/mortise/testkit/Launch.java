package dev.mortise.testkit;

import dev.mortise.testkit.process.ChildProcess;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The start of a server with given settings: as often as needed, always the same directory and port. */
final class Launch {
    private static final Duration START = Duration.ofSeconds(30);

    private final RedisProcessBuilder settings;
    private final ServerDirectory directory;
    private final Endpoints endpoints;
    private boolean configured; // guarded by the life cycle of the server, once true stays true

    Launch(RedisProcessBuilder settings, ServerDirectory directory, Endpoints endpoints) {
        this.settings = settings;
        this.directory = directory;
        this.endpoints = endpoints;
    }

    /**
     * Starts the server and blocks until it answers. It reads the configuration as it was last rewritten by the server.
     *
     * @param options of the command line, which prevail over the configuration
     * @throws PortTakenException when it cannot listen
     * @throws IllegalStateException when it does not start
     */
    ChildProcess run(List<String> options) {
        if (!configured) {
            directory.configure(Configuration.lines(settings, endpoints, directory));
            configured = true;
        }
        List<String> command = new ArrayList<>(
                List.of(RedisBinary.path().toString(), directory.configuration().toString()));
        if (settings.isSentinel()) {
            command.add("--sentinel");
        }
        command.addAll(options);
        ChildProcess started = ChildProcess.start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log().toFile())));
        if (Polling.until(START, () -> !started.isAlive() || answers(started)) && started.isAlive()) {
            return prepared(started);
        }
        boolean ended = !started.isAlive();
        started.kill();
        String log = directory.logTail();
        String message = "the server on port " + endpoints.port()
                + (ended ? " ended at once" : " did not answer in " + START) + "; its log:\n" + log;
        throw log.contains("Failed listening on port")
                ? new PortTakenException(message)
                : new IllegalStateException(message);
    }

    /** A connection, authenticated. */
    RespClient connect(Duration timeout) {
        RespClient client = RespClient.connect(RedisProcess.HOST, endpoints.port(), timeout);
        try {
            if (!settings.password().isEmpty()) {
                client.command("AUTH", settings.password());
            }
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private ChildProcess prepared(ChildProcess started) {
        if (settings.afterStart().isEmpty()) {
            return started;
        }
        try (RespClient client = connect(START)) {
            settings.afterStart().forEach(command -> client.command(command.toArray(String[]::new)));
            return started;
        } catch (UncheckedIOException | RespErrorException e) {
            started.kill();
            throw new IllegalStateException("the server on port " + endpoints.port() + " did not get ready", e);
        }
    }

    /** Whether this very process answers: somebody else's server may listen on the port. */
    private boolean answers(ChildProcess started) {
        try (RespClient client = connect(Duration.ofSeconds(1))) {
            String pid = ServerInfo.parse(String.valueOf(client.command("INFO", "server")))
                    .getOrDefault("process_id", "");
            return "PONG".equals(client.command("PING"))
                    && pid.equals(Long.toString(started.process().pid()));
        } catch (UncheckedIOException | RespErrorException notYet) {
            return false;
        }
    }

    /** Somebody else listens on the port. */
    static final class PortTakenException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        PortTakenException(String message) {
            super(message);
        }
    }
}
