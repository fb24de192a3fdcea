package dev.mortise.benchmarks.measure;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;

/**
 * Counts what clients send and what the server executes, one by one. INFO cannot tell a request from a command that a
 * script calls; MONITOR can, but slows the server down, so nothing else is measured meanwhile.
 *
 * @param requests sent by clients
 * @param commands executed, those called by scripts included, as in INFO
 */
public record RequestCount(long requests, long commands) {
    private static final String END = "mortise-benchmarks-end-of-count";

    /** What happens while the action runs. */
    public static RequestCount during(RedisProcess server, Action action) throws Exception {
        try (RespClient monitor = server.connect();
                RespClient other = server.connect()) {
            monitor.command("MONITOR");
            action.run();
            other.command("ECHO", END);
            long requests = 0;
            long commands = 0;
            for (String line = next(monitor); !line.contains(END); line = next(monitor)) {
                commands++;
                requests += line.contains(" lua] ") ? 0 : 1;
            }
            return new RequestCount(requests, commands);
        }
    }

    private static String next(RespClient monitor) {
        return String.valueOf(monitor.read());
    }

    /** Something to count. */
    public interface Action {
        void run() throws Exception;
    }
}
