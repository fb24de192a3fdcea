package dev.mortise.cli;

import dev.mortise.cli.admin.BreakCommand;
import dev.mortise.cli.admin.ClientsCommand;
import dev.mortise.cli.admin.DoctorCommand;
import dev.mortise.cli.admin.GcCommand;
import dev.mortise.cli.admin.GraphCommand;
import dev.mortise.cli.admin.LsCommand;
import dev.mortise.cli.admin.ShowCommand;
import dev.mortise.cli.admin.WaitFreeCommand;
import dev.mortise.cli.bench.BenchCommand;
import dev.mortise.cli.demo.DemoCommand;
import dev.mortise.cli.redis.RedisCommand;
import dev.mortise.cli.run.RunCommand;
import dev.mortise.cli.watch.WatchCommand;
import java.util.List;
import picocli.CommandLine;

/**
 * The commands by name. Picocli reads every option of every command that it is given, which costs more CPU time than many a
 * command itself. So it gets the one that is asked for, and all of them only for help, for completion, or to say what is wrong.
 */
final class Commands {
    /** In the order of the help text. The last one is hidden. */
    static final List<String> NAMES = List.of(
            "demo",
            "run",
            "ls",
            "show",
            "graph",
            "clients",
            "watch",
            "wait",
            "break",
            "gc",
            "doctor",
            "bench",
            "redis",
            "completion",
            "warm");

    private Commands() {}

    /** Those that a person may ask for, as words. */
    static String listed() {
        int last = NAMES.size() - 2;
        return String.join(", ", NAMES.subList(0, last)) + " or " + NAMES.get(last);
    }

    /** All of them. */
    static CommandLine all(MortiseCommand root) {
        return add(root, NAMES);
    }

    /** Those that are needed to carry out these arguments. */
    static CommandLine under(MortiseCommand root, String... args) {
        // No option of the root has a parameter, so the first other word is the command.
        for (String arg : args) {
            if (NAMES.contains(arg)) {
                return add(root, List.of(arg));
            }
            boolean help = arg.equals("-h") || arg.equals("--help");
            if (help || !arg.startsWith("-")) {
                break;
            }
            if (arg.equals("-V") || arg.equals("--version")) {
                return add(root, List.of());
            }
        }
        return all(root);
    }

    private static CommandLine add(MortiseCommand root, List<String> names) {
        CommandLine line = new CommandLine(root);
        names.forEach(name -> line.addSubcommand(name, named(name)));
        return line;
    }

    private static Object named(String name) {
        return switch (name) {
            case "demo" -> new DemoCommand();
            case "run" -> new RunCommand();
            case "ls" -> new LsCommand();
            case "show" -> new ShowCommand();
            case "graph" -> new GraphCommand();
            case "clients" -> new ClientsCommand();
            case "watch" -> new WatchCommand();
            case "wait" -> new WaitFreeCommand();
            case "break" -> new BreakCommand();
            case "gc" -> new GcCommand();
            case "doctor" -> new DoctorCommand();
            case "bench" -> new BenchCommand();
            case "redis" -> new RedisCommand();
            case "completion" -> new CompletionCommand();
            case "warm" -> new WarmCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
