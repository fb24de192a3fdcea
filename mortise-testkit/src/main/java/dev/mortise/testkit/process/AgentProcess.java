package dev.mortise.testkit.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The process of a {@link LockAgent}, seen from its parent: commands go in, answers come out. Thread-safe. */
final class AgentProcess {
    private final ChildProcess process;
    private final Path errors;
    private final Runnable cleanup = this::deleteErrors;
    private final AtomicLong lastCall = new AtomicLong();
    private final Map<Long, AgentCall> calls = new ConcurrentHashMap<>();
    private volatile boolean ended; // once true stays true

    private AgentProcess(ChildProcess process, Path errors) {
        this.process = process;
        this.errors = errors;
        Leftovers.cleanUp(cleanup);
    }

    static AgentProcess start() {
        try {
            Path errors = Files.createTempFile("mortise-jvm-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command()).redirectError(errors.toFile());
            AgentProcess agent = new AgentProcess(ChildProcess.start(builder), errors);
            Thread reader = new Thread(
                    agent::read,
                    "mortise-testkit-jvm-" + agent.process.process().pid());
            reader.setDaemon(true);
            reader.start();
            return agent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ChildProcess process() {
        return process;
    }

    /** Sends a command; its answers complete the call. */
    AgentCall send(String... words) {
        AgentLine line = AgentLine.of(lastCall.incrementAndGet(), words);
        AgentCall call = new AgentCall();
        calls.put(line.call(), call);
        try {
            OutputStream in = process.process().getOutputStream();
            synchronized (in) {
                in.write((line.encode() + "\n").getBytes(StandardCharsets.US_ASCII));
                in.flush();
            }
        } catch (IOException e) {
            fail(call);
        }
        if (ended) {
            fail(call);
        }
        return call;
    }

    /** Ends the process by force. */
    void close() {
        process.kill();
        deleteErrors();
        Leftovers.forget(cleanup);
    }

    private void read() {
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(process.process().getInputStream(), StandardCharsets.US_ASCII))) {
            for (String text = out.readLine(); text != null; text = out.readLine()) {
                answered(AgentLine.parse(text));
            }
        } catch (IOException e) {
            // the same as the end of the stream
        } finally {
            ended = true;
            calls.values().forEach(this::fail);
        }
    }

    private void answered(AgentLine line) {
        @Nullable AgentCall call = calls.get(line.call());
        if (call != null) {
            call.answered(line);
            if (!line.word(0).equals(AgentLine.BEGUN)) {
                calls.remove(line.call());
            }
        }
    }

    private void fail(AgentCall call) {
        call.fail(new IllegalStateException("the other JVM has ended; its errors:\n" + LogTail.of(errors)));
    }

    private void deleteErrors() {
        try {
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command() {
        String classPath = Stream.of("java.class.path", "jdk.module.path")
                .map(property -> System.getProperty(property, ""))
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
        return List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                LockAgent.class.getName());
    }
}
