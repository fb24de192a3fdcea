package dev.mortise.cli.demo;

import dev.mortise.Mortise;
import dev.mortise.cli.connect.PatientConnect;
import dev.mortise.redis.RedisFence;
import dev.mortise.redis.RedisMortise;
import io.lettuce.core.RedisClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The process of one worker. Arguments: URI of the server, account file, name. */
final class DemoWorkerMain {
    private DemoWorkerMain() {}

    public static void main(String[] args) throws InterruptedException {
        PrintStream out = System.out;
        BlockingQueue<WorkerCommand> orders = new LinkedBlockingQueue<>();
        RedisMortise.Builder builder = RedisMortise.builder()
                .uri(args[0])
                .clientName(args[2])
                .lease(Timing.LEASE)
                .commandTimeout(Timing.COMMAND_TIMEOUT);
        Mortise mortise = PatientConnect.connect(builder::build, Timing.PATIENCE);
        RedisFence fence = RedisFence.of(RedisClient.create(args[0]).connect());
        Account account = new Account(Path.of(args[1]));
        DemoWorker worker = new DemoWorker(
                mortise.lock(DemoWorker.LOCK), account, new GuardedAccount(account, fence), orders, report -> {
                    out.println(report.encode());
                    out.flush();
                });
        Thread reader = new Thread(() -> read(orders), "orders");
        reader.setDaemon(true);
        reader.start();
        worker.run();
    }

    /** Whoever gives the orders is gone when they end; then there is nothing left to do or to tidy. */
    private static void read(BlockingQueue<WorkerCommand> orders) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                orders.add(WorkerCommand.valueOf(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
