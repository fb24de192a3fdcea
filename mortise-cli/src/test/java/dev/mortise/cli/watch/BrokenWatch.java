package dev.mortise.cli.watch;

import dev.mortise.cli.signal.Signals;
import java.time.Clock;
import java.time.Duration;

/** A watch that has an error in its second round. A process of its own. */
public final class BrokenWatch {
    private BrokenWatch() {}

    public static void main(String[] args) throws InterruptedException {
        AskedAdmin admin = new AskedAdmin();
        admin.add(WatchSamples.held("a", WatchSamples.START, 1));
        admin.breakAfter(1);
        WatchSettings settings =
                new WatchSettings("*", Duration.ofMillis(300), 500, WatchSettings.ENDLESS, 20, WatchOrder.BUSIEST);
        try (HeldErrors errors = new HeldErrors();
                TerminalScreen screen = TerminalScreen.open(true).orElseThrow()) {
            System.err.println("said meanwhile");
            new WatchLoop(screen, settings, () -> "nowhere", errors)
                    .run(new LockRounds(admin, "*", 500, Clock.systemUTC()), Signals.ofThisProcess());
        }
    }
}
