package dev.mortise.cli.demo;

import dev.mortise.cli.demo.WorkerReport.Kind;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A table that is drawn over itself ten times a second. Thread-safe. */
final class LiveStage implements DemoStage {
    /** More would not fit on a small terminal. */
    private static final int ROWS = 12;

    private static final int PERIOD_MILLIS = 100;
    private static final String ESC = "\u001b[";
    private static final String CLEAR_LINE = ESC + "K";
    private static final String WRAP_OFF = ESC + "?7l";
    private static final String WRAP_ON = ESC + "?7h";

    private final PrintWriter out;
    private final DemoWorkers crew;
    private final Ledger ledger;
    private final Account account;
    private final ScheduledExecutorService drawing;

    // The fields below: guarded by this.
    private final List<String> told = new ArrayList<>();
    private int drawn; // lines of the table that stand on the terminal
    private boolean closed;

    LiveStage(PrintWriter out, DemoWorkers crew, Ledger ledger, Account account) {
        this.out = out;
        this.crew = crew;
        this.ledger = ledger;
        this.account = account;
        this.drawing = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "stage");
            thread.setDaemon(true);
            return thread;
        });
        var unused = drawing.scheduleAtFixedRate(this::draw, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void part(String title) {
        told.add(title);
        draw();
    }

    @Override
    public synchronized void note(String text) {
        told.add("  " + text);
        draw();
    }

    @Override
    public synchronized void close() {
        draw();
        closed = true;
        drawing.shutdown();
    }

    /** What was told goes above the table and stays there. */
    private synchronized void draw() {
        if (closed) {
            return;
        }
        StringBuilder text = new StringBuilder(WRAP_OFF);
        if (drawn > 0) {
            text.append(ESC).append(drawn).append('A');
        }
        told.forEach(line -> text.append(line).append(CLEAR_LINE).append('\n'));
        told.clear();
        List<String> table = table();
        table.forEach(line -> text.append(line).append(CLEAR_LINE).append('\n'));
        drawn = table.size();
        out.print(text.append(ESC).append('J').append(WRAP_ON));
        out.flush();
    }

    private List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("    balance in the file %8d     updates made %8d".formatted(account.balance(), ledger.writes()));
        lines.add("    %-10s %8s  %-9s %8s  %s".formatted("worker", "pid", "state", "updates", "fencing token"));
        crew.all().stream().limit(ROWS).map(LiveStage::row).forEach(lines::add);
        if (crew.all().size() > ROWS) {
            lines.add("    and " + (crew.all().size() - ROWS) + " more");
        }
        return lines;
    }

    private static String row(WorkerProcess worker) {
        String token = worker.last(Kind.HOLDING)
                .map(report -> Long.toString(report.number(0)))
                .orElse("");
        return "    %-10s %8d  %-9s %8d  %s"
                .formatted(worker.name(), worker.pid(), worker.state(), worker.updates(), token);
    }
}
