package dev.mortise.cli.watch;

import dev.mortise.LockUnavailableException;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.signal.Signals;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A block of lines for each round, where there is no screen. */
final class PlainWatch {
    private final WatchSettings settings;
    private final WatchBlocks blocks;
    private final Clock clock = Clock.systemUTC();
    private WatchBoard board = WatchBoard.empty();

    PlainWatch(WatchSettings settings, WatchBlocks blocks) {
        this.settings = settings;
        this.blocks = blocks;
    }

    /**
     * Until the last round, or a signal. Answers the exit code.
     *
     * @throws LockUnavailableException when the first round, or the last one, got no answer
     */
    int run(LockRounds rounds, Signals signals) throws InterruptedException {
        CompletableFuture<Integer> signalled = new CompletableFuture<>();
        signals.handle(signal -> signalled.complete(ExitCode.ofSignal(signal.number())));
        for (long number = 1; ; number++) {
            long begin = System.nanoTime();
            Duration every = round(rounds, settings.endsWith(number));
            if (settings.endsWith(number)) {
                return ExitCode.OK;
            }
            try {
                return signalled.get(Math.max(0, every.toNanos() - (System.nanoTime() - begin)), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // It is time for the next round.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Answers when the next one is due. */
    private Duration round(LockRounds rounds, boolean isLast) {
        try {
            LookRound round = rounds.next(WatchFocus.NONE);
            board = board.after(round);
            blocks.seen(board, round);
            return WatchPace.every(settings.interval(), round.took());
        } catch (LockUnavailableException e) {
            if (isLast || board.last().isEmpty()) {
                throw e;
            }
            board = board.failed(String.valueOf(e.getMessage()), clock.instant());
            blocks.failed(board, board.failure().orElseThrow(), clock.instant());
            return settings.interval();
        }
    }
}
