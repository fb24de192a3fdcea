package dev.mortise.cli.connect;

import dev.mortise.LockProvider;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command with the options for connecting, as every other one has them. */
@Command(name = "connecting")
final class Connecting implements Callable<Integer> {
    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Option(names = "--name", description = "The client's name.", defaultValue = "mortise-test")
    private String clientName = "";

    private Connecting() {}

    /** Opens a client by these arguments; what they say wrong is thrown. */
    static LockProvider open(String... args) {
        Connecting command = new Connecting();
        new CommandLine(command).parseArgs(args);
        return command.connect.open(command.clientName);
    }

    @Override
    public Integer call() {
        return 0;
    }
}
