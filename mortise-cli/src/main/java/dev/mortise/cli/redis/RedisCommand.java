package dev.mortise.cli.redis;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.cli.option.FirstLine;
import dev.mortise.cli.signal.Signals;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.RedisProcessBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A server in the foreground. */
@Command(
        name = "redis",
        description = {
            "Runs the embedded Redis on 127.0.0.1 until Ctrl-C, to try things out. It keeps no data.",
            "The variable MORTISE_TEST_SERVER names another redis-server or valkey-server to run.",
            ""
        },
        sortOptions = false)
public final class RedisCommand implements Callable<Integer> {
    private static final int MOST = 65_535;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "6379",
            description = "The port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Ask clients for the password in the first line of this file. Default: none.")
    private @Nullable Path passwordFile;

    @Override
    public Integer call() {
        CommandSpec commandSpec = Objects.requireNonNull(spec);
        if (port < 0 || port > MOST) {
            throw new ParameterException(commandSpec.commandLine(), "--port must be from 0 to " + MOST);
        }
        CompletableFuture<Boolean> signalled = new CompletableFuture<>();
        Signals.ofThisProcess().handle(signal -> signalled.complete(true));
        try (RedisProcess server = start()) {
            commandSpec
                    .commandLine()
                    .getOut()
                    .println(Greeting.of(server.info("server"), server.host(), server.port(), passwordFile != null));
            CompletableFuture<?> ended = ProcessHandle.of(server.pid())
                    .<CompletableFuture<?>>map(ProcessHandle::onExit)
                    .orElseGet(() -> CompletableFuture.completedFuture(false));
            CompletableFuture.anyOf(signalled, ended).join();
            // At a terminal the server gets Ctrl-C as well, and may end before this process.
            if (!signalled.completeOnTimeout(false, 1, TimeUnit.SECONDS).join()) {
                throw new ExitException(ExitCode.UNAVAILABLE, "the server has ended by itself");
            }
            return ExitCode.OK;
        }
    }

    private RedisProcess start() {
        RedisProcessBuilder builder = RedisProcess.builder().port(port);
        if (passwordFile != null) {
            builder.password(FirstLine.of("--password-file", passwordFile));
        }
        if (port != 0) {
            requireFree();
        }
        try {
            return builder.start();
        } catch (IllegalStateException e) {
            throw new ExitException(ExitCode.UNAVAILABLE, "cannot start Redis: " + e.getMessage());
        }
    }

    private void requireFree() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new ExitException(
                    ExitCode.UNAVAILABLE,
                    "port " + port + " of 127.0.0.1 is in use or not allowed; choose another by --port, 0 for any");
        }
    }
}
