package dev.mortise.benchmarks.measure;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts what clients send and what the server executes, one by one. INFO cannot tell a request from a command that a
 * script calls; MONITOR can, but slows the server down, so nothing else is measured meanwhile.
 *
 * @param sent by clients, by command
 * @param called by scripts, by command
 */
public record RequestCount(Map<String, Long> sent, Map<String, Long> called) {
    private static final String END = "mortise-benchmarks-end-of-count";
    private static final Pattern LINE = Pattern.compile("\\S+ \\[\\d+ (\\S+)] \"([^\"]*)\".*", Pattern.DOTALL);

    public RequestCount {
        sent = Map.copyOf(sent);
        called = Map.copyOf(called);
    }

    /** What happens while the action runs. */
    public static RequestCount during(RedisProcess server, Action action) throws Exception {
        try (RespClient monitor = server.connect();
                RespClient other = server.connect()) {
            monitor.command("MONITOR");
            action.run();
            other.command("ECHO", END);
            Map<String, Long> sent = new HashMap<>();
            Map<String, Long> called = new HashMap<>();
            for (String line = next(monitor); !line.contains(END); line = next(monitor)) {
                count(line, sent, called);
            }
            return new RequestCount(sent, called);
        }
    }

    static void count(String line, Map<String, Long> sent, Map<String, Long> called) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalStateException("not a line of MONITOR: " + line);
        }
        Map<String, Long> side = matcher.group(1).equals("lua") ? called : sent;
        side.merge(matcher.group(2).toLowerCase(Locale.ROOT), 1L, Long::sum);
    }

    /** Sent by clients. */
    public long requests() {
        return sum(sent);
    }

    /** Executed, those called by scripts included, as in INFO. */
    public long commands() {
        return sum(sent) + sum(called);
    }

    /** Which part of a command's calls clients sent, from 0 to 1; of one that was not seen, all of them. */
    double sentShare(String command) {
        long bySent = sent.getOrDefault(command, 0L);
        long byScripts = called.getOrDefault(command, 0L);
        return byScripts == 0 ? 1 : (double) bySent / (bySent + byScripts);
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String next(RespClient monitor) {
        return String.valueOf(monitor.read());
    }

    /** Something to count. */
    public interface Action {
        void run() throws Exception;
    }
}
