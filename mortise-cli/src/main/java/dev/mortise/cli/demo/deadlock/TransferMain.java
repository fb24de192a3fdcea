package dev.mortise.cli.demo.deadlock;

import dev.mortise.DeadlockException;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.cli.connect.PatientConnect;
import dev.mortise.cli.demo.deadlock.TransferReport.Kind;
import dev.mortise.redis.RedisMortise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One process, which moves money from one account to another. Arguments: URI of the server, name, lock of the one account,
 * lock of the other. It goes on when it gets a line: to its second lock, and, if its wait was ended, to its end.
 */
final class TransferMain {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration TRANSFER = Duration.ofMillis(200);
    private static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final Mortise mortise;
    private final BlockingQueue<String> orders;

    private TransferMain(Mortise mortise, BlockingQueue<String> orders) {
        this.mortise = mortise;
        this.orders = orders;
    }

    public static void main(String[] args) throws InterruptedException {
        BlockingQueue<String> orders = new LinkedBlockingQueue<>();
        Thread reader = new Thread(() -> read(orders), "orders");
        reader.setDaemon(true);
        reader.start();
        RedisMortise.Builder builder = RedisMortise.builder().uri(args[0]).clientName(args[1]);
        try (Mortise mortise = PatientConnect.connect(builder::build, PATIENCE)) {
            new TransferMain(mortise, orders).transfer(args[2], args[3]);
            tell(Kind.RELEASED, "");
        }
    }

    private void transfer(String from, String to) throws InterruptedException {
        try (Lease first = mortise.lock(from).acquire()) {
            tell(Kind.HOLDS, Long.toString(first.fencingToken()));
            orders.take();
            tell(Kind.WAITS, "");
            try (Lease second = mortise.lock(to).acquire()) {
                tell(Kind.HAS_BOTH, Long.toString(second.fencingToken()));
                LockSupport.parkNanos(TRANSFER.toNanos());
            } catch (DeadlockException e) {
                tell(Kind.VICTIM, String.valueOf(e.getMessage()));
                orders.take();
            }
        }
    }

    private static void tell(Kind kind, String text) {
        out.println(TransferReport.now(kind, text).encode());
    }

    /** The process that gives the orders is gone when they end; then there is nothing left to do or to tidy. */
    private static void read(BlockingQueue<String> orders) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                orders.add(line);
            }
        } catch (IOException e) {
            // as the end of the input
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
