package dev.mortise.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @Test
    void a_paused_process_does_nothing_until_it_is_resumed() throws IOException {
        ChildProcess child = sh("while read line; do echo \"$line\"; done");
        try (var in = child.process().outputWriter();
                var out = child.process().inputReader()) {
            child.pause();
            in.write("hello\n");
            in.flush();
            assertThat(child.isAlive()).isTrue();
            assertThat(Polling.until(Duration.ofMillis(100), () -> ready(out))).isFalse();

            child.resume();
            assertThat(out.readLine()).isEqualTo("hello");
        } finally {
            child.kill();
        }
    }

    @Test
    void a_killed_process_is_gone_also_when_it_was_paused_and_kill_can_be_repeated() {
        ChildProcess child = sh("exec sleep 100");
        child.pause();

        child.kill();
        child.kill();

        assertThat(child.isAlive()).isFalse();
        assertThatIllegalStateException().isThrownBy(child::pause);
    }

    @Test
    void a_terminated_process_may_put_its_things_in_order() throws IOException {
        Path flag = directory.resolve("flag");
        ChildProcess child = sh("trap 'echo done > " + flag + "; exit' TERM; echo ready; while :; do sleep 0.01; done");
        try (var out = child.process().inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            assertThat(child.terminate(LONG)).isTrue();
        }
        assertThat(flag).exists();
    }

    @Test
    void waiting_keeps_the_interrupt_flag_and_waits_all_the_same() {
        AtomicInteger asked = new AtomicInteger();
        Thread.currentThread().interrupt();

        assertThat(Polling.until(LONG, () -> asked.incrementAndGet() == 3)).isTrue();

        assertThat(Thread.interrupted()).isTrue();
    }

    private static boolean ready(BufferedReader reader) {
        try {
            return reader.ready();
        } catch (IOException e) {
            return false;
        }
    }

    private static ChildProcess sh(String script) {
        return ChildProcess.start(new ProcessBuilder("sh", "-c", script));
    }
}
