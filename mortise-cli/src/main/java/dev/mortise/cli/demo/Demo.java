package dev.mortise.cli.demo;

import dev.mortise.Mortise;
import dev.mortise.cli.demo.scene.Checks;
import dev.mortise.cli.demo.scene.Interruption;
import dev.mortise.cli.demo.scene.SceneFiles;
import dev.mortise.cli.exit.Secrets;
import dev.mortise.redis.RedisFence;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import io.lettuce.core.RedisClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.stream.IntStream;

/** All parts, from the first process to the last. */
final class Demo {
    private final int workers;
    private final Duration worked;
    private final PrintWriter out;
    private final Checks checks;
    private final Interruption interruption;

    Demo(int workers, Duration worked, PrintWriter out, Checks checks, Interruption interruption) {
        this.workers = workers;
        this.worked = worked;
        this.out = out;
        this.checks = checks;
        this.interruption = interruption;
    }

    /** Whatever goes wrong becomes a failed check. */
    void run() {
        try (SceneFiles files = new SceneFiles();
                RedisProcess server = RedisProcess.start()) {
            Account account = new Account(WorkerProcess.accountIn(files.directory()));
            account.balance(0);
            Ledger ledger = new Ledger();
            try (DemoWorkers crew = DemoWorkers.start(workers, server.uri(), files, ledger);
                    DemoStage stage = DemoStage.of(out, crew, ledger, account)) {
                play(server, crew, ledger, account, stage);
            } catch (RuntimeException e) {
                interruption.explains();
                checks.add("The demo runs to its end", "yes", Secrets.hide(String.valueOf(e.getMessage())), false);
                files.showLogs(
                        out,
                        IntStream.rangeClosed(1, workers)
                                .mapToObj(DemoWorkers::name)
                                .toList());
            }
        }
    }

    private void play(RedisProcess server, DemoWorkers crew, Ledger ledger, Account account, DemoStage stage) {
        stage.part("Starting " + workers + " worker processes");
        RedisClient client = RedisClient.create(server.uri());
        try (Mortise mortise =
                RedisMortise.builder().uri(server.uri()).clientName("demo").build()) {
            RedisFence fence = RedisFence.of(client.connect());
            // The first look takes longer than the later ones, which measure something.
            mortise.lock(DemoWorker.LOCK).inspect();
            crew.awaitIdle();
            DemoContext scene = new DemoContext(crew, ledger, account, mortise, fence, stage, checks, worked);
            UnlockedPart.play(scene);
            LockedPart.play(scene);
            KilledPart.play(scene);
            FrozenPart.play(scene);
            FinalPart.play(scene);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }
}
