package dev.mortise.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.cli.Main;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real terminal, with keys, signals and sizes. */
class WatchOnTerminalTest {
    private static final String TURNING = "שלום \u202eevil";
    private static final String WIDE = "倉庫/注文-😀";

    @TempDir
    private Path directory;

    private final RedisProcess redis = RedisProcess.start();
    private final Mortise mortise =
            RedisMortise.builder().uri(redis.uri()).clientName("shop").build();
    private final Mortise other = RedisMortise.connect(redis.uri());

    @BeforeEach
    void hold() throws Exception {
        mortise.lock("orders/4711").acquire(AcquireOptions.noWait().owner(Owner.of("nightly")));
        mortise.lock(WIDE)
                .acquire(AcquireOptions.noWait().owner(Owner.of("wide")).label(TURNING));
        mortise.lock("stock").acquire(AcquireOptions.noWait().owner(Owner.of("loader")));
    }

    @AfterEach
    void close() {
        other.close();
        if (redis.isAlive()) {
            mortise.leases().forEach(Lease::close);
        }
        mortise.close();
        redis.close();
    }

    /** A script that runs the command, says its exit code, and keeps the settings of the terminal before and after. */
    private String script(String name, Class<?> main, String options) throws Exception {
        String command =
                "'" + System.getProperty("java.home") + "/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                        + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")) + "' "
                        + main.getName() + " " + options;
        Path file = directory.resolve(name);
        Files.writeString(file, "exec " + command + "\n");
        return "stty -a > '" + directory + "/before'; sh '" + file + "'; echo \"co\"de $?; stty -a > '" + directory
                + "/after'";
    }

    private String watch(String options) throws Exception {
        return script("watch.sh", Main.class, "watch --interval 300ms --redis " + redis.uri() + " " + options);
    }

    private void assertRestored(Tmux tmux, int code) throws Exception {
        String screen = tmux.await("the end", text -> ("\n" + text).contains("\ncode " + code + "\n"));
        assertThat(screen).doesNotContain("mortise watch  ");
        tmux.type("echo typed");
        tmux.press("Enter");
        tmux.await("an echo", text -> text.contains("\ntyped"));
        assertThat(Files.readString(directory.resolve("after")))
                .isNotEmpty()
                .isEqualTo(Files.readString(directory.resolve("before")));
    }

    @Test
    void keys_sort_filter_open_pause_suspend_and_quit() throws Exception {
        CompletableFuture<Lease> waiting = other.lock("stock").acquireAsync(AcquireOptions.defaults());
        try (Tmux tmux = Tmux.start(directory, 80, 24)) {
            tmux.type(watch(""));
            tmux.press("Enter");
            String list = tmux.await("the list", text -> text.contains("3 held, 1 waited for by 1"));
            assertThat(list)
                    .contains("mortise watch  ")
                    .contains("HELD BY")
                    .contains("orders/4711")
                    .contains(WIDE);
            assertThat(list.lines()).anyMatch(line -> line.contains("stock") && line.contains("loader on"));

            tmux.press("n");
            tmux.await("an order", text -> text.contains("by name"));
            tmux.resize(40, 10);
            tmux.await("a small screen", text -> text.contains("QUEUE LOCK\n") && text.contains("q quit"));
            tmux.resize(150, 30);
            String large = tmux.await("a large screen", text -> text.contains("HELD%") && text.contains("? help"));
            assertThat(large).contains("\\u202e").doesNotContain("\u202e");

            tmux.press("/");
            tmux.type("ORDERS");
            tmux.await("a filter", text -> text.contains("only with: ORDERS_") && !text.contains("stock"));
            tmux.press("Enter", "Enter");
            tmux.await("an open lock", text -> text.contains("Holders: 1") && text.contains("nightly on"));
            tmux.press("Escape");
            tmux.await("the list again", text -> text.contains("only \"ORDERS\""));
            tmux.press("Escape");
            tmux.await("all locks", text -> text.contains("stock"));
            tmux.press("Down", "Down", "Down", "Up", "p");
            tmux.await("a pause", text -> text.contains("PAUSED"));
            tmux.press("p");
            tmux.await("no pause", text -> !text.contains("PAUSED"));

            tmux.resize(80, 24);
            tmux.press("C-z");
            tmux.await("the shell", text -> text.contains("Stopped") && !text.contains("HELD BY"));
            tmux.type("rm '" + directory + "/after'; fg; echo \"co\"de $?; stty -a > '" + directory + "/after'");
            tmux.press("Enter");
            tmux.await("the list", text -> text.contains("HELD BY") && text.contains("q quit"));
            tmux.press("q");
            assertRestored(tmux, 0);
        } finally {
            waiting.cancel(true);
        }
    }

    @Test
    void a_signal_or_control_c_restores_the_terminal() throws Exception {
        try (Tmux tmux = Tmux.start(directory, 80, 24)) {
            tmux.type("NO_COLOR=1; export NO_COLOR; " + watch(""));
            tmux.press("Enter");
            tmux.await("the list", text -> text.contains("3 held"));
            assertThat(tmux.colours())
                    .doesNotContain("[33m")
                    .doesNotContain("[46m")
                    .contains("[7m");
            ProcessHandle watching = ProcessHandle.allProcesses()
                    .filter(process -> process.info()
                            .arguments()
                            .map(arguments -> String.join(" ", arguments)
                                    .contains("watch --interval 300ms --redis " + redis.uri()))
                            .orElse(false))
                    .findFirst()
                    .orElseThrow();
            watching.destroy();
            assertRestored(tmux, 143);
            tmux.type("clear; " + watch(""));
            tmux.press("Enter");
            tmux.await("the list", text -> text.contains("3 held"));
            tmux.press("C-c");
            assertRestored(tmux, 130);
        }
    }

    @Test
    void a_server_that_goes_and_comes_back_is_told() throws Exception {
        try (Tmux tmux = Tmux.start(directory, 80, 24)) {
            tmux.type(watch("--command-timeout 500ms"));
            tmux.press("Enter");
            tmux.await("the list", text -> text.contains("3 held"));
            redis.kill();
            tmux.await("that it is away", text -> text.contains("out of date for") && text.contains("orders/4711"));
            redis.restartWithoutData();
            tmux.await("that it is back", text -> !text.contains("out of date for") && text.contains("held,"));
            tmux.press("q");
            assertRestored(tmux, 0);
        }
    }

    @Test
    void an_error_of_the_program_restores_the_terminal() throws Exception {
        try (Tmux tmux = Tmux.start(directory, 80, 24)) {
            tmux.type(script("broken.sh", BrokenWatch.class, ""));
            tmux.press("Enter");
            assertRestored(tmux, 1);
            assertThat(tmux.screen()).contains("broken on purpose").contains("said meanwhile");
        }
    }
}
