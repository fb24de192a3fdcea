package dev.mortise.cli.watch;

import dev.mortise.LockUnavailableException;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.signal.Signal;
import dev.mortise.cli.signal.Signals;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Draws what rounds see, and does what keys say. What happens on other threads is done on that of the loop, one after the other. */
final class WatchLoop implements RoundThread.Listener {
    /** Times on the screen go on without a round. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private final TerminalScreen screen;
    private final WatchSettings settings;
    private final Supplier<String> where;
    private final HeldErrors errors;
    private final Clock clock = Clock.systemUTC();

    /** What is to be done next. */
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    // The fields below: of the loop's thread only.
    private final WatchState state;
    private final WatchKeys keys;
    private WatchBoard board = WatchBoard.empty();
    private OptionalInt code = OptionalInt.empty();
    private Instant shownAt = clock.instant();
    private ScreenSize size = new ScreenSize(0, 0);

    /** @param where which servers; harmless text */
    WatchLoop(TerminalScreen screen, WatchSettings settings, Supplier<String> where, HeldErrors errors) {
        this.screen = screen;
        this.settings = settings;
        this.where = where;
        this.errors = errors;
        this.state = new WatchState(settings.order());
        this.keys = new WatchKeys(state);
    }

    /** Until a key or a signal ends it. Answers the exit code. */
    int run(LockRounds rounds, Signals signals) throws InterruptedException {
        signals.handle(signal -> events.add(() -> end(signal)));
        screen.onResize(() -> events.add(this::fit));
        screen.readKeys(key -> events.add(() -> press(key)), () -> events.add(() -> end(Signal.HUP)));
        try (RoundThread thread = new RoundThread(rounds, settings.interval(), this)) {
            screen.enter();
            size = screen.size();
            thread.start();
            while (code.isEmpty()) {
                draw();
                next(thread);
            }
            return code.getAsInt();
        } finally {
            screen.leave();
        }
    }

    private void next(RoundThread thread) throws InterruptedException {
        Runnable event = events.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        // What comes together is drawn once.
        while (event != null) {
            event.run();
            event = events.poll();
        }
        state.end().ifPresent(end -> end(end == WatchEnd.QUIT ? ExitCode.OK : ExitCode.ofSignal(Signal.INT.number())));
        thread.look(focus());
        thread.pause(state.isPaused());
    }

    private void fit() {
        size = screen.size();
        screen.forget();
    }

    private void end(Signal signal) {
        end(ExitCode.ofSignal(signal.number()));
    }

    private void end(int with) {
        if (code.isEmpty()) {
            code = OptionalInt.of(with);
        }
    }

    private void press(WatchKey key) {
        switch (key.kind()) {
            case SUSPEND -> suspend();
            case REDRAW -> fit();
            default -> {
                keys.press(key, names(), view().pageSize());
                state.scrollTo(Math.min(state.scroll(), view().lastScroll()));
            }
        }
    }

    /** Stops all of this job, as the terminal would have done, and goes on when the shell continues it. */
    private void suspend() {
        screen.leave();
        try {
            new ProcessBuilder("sh", "-c", "kill -TSTP 0").inheritIO().start().waitFor();
        } catch (IOException e) {
            // There are no jobs on this system.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            screen.enter();
            fit();
        }
    }

    private List<String> names() {
        return board.rows(state.order(), state.isReversed(), state.filter()).stream()
                .map(lock -> lock.info().name())
                .toList();
    }

    private WatchFocus focus() {
        List<String> names = names();
        int page = view().pageSize();
        int first = Math.max(0, state.chosenRow(names)) / page * page;
        return new WatchFocus(
                state.opened(), names.subList(first, Math.min(names.size(), first + page)), state.isAskingWaits());
    }

    private WatchView view() {
        Duration every = board.last()
                .map(last -> WatchPace.every(settings.interval(), last.took()))
                .orElse(settings.interval());
        return new WatchView(
                new WatchScene(board, state, where.get(), every, shownAt, errors.last()), size, ZoneId.systemDefault());
    }

    private void draw() {
        if (!state.isPaused()) {
            shownAt = clock.instant();
        }
        screen.draw(view().lines(), size);
    }

    @Override
    public void seen(LookRound round) {
        events.add(() -> {
            board = board.after(round);
            if (round.waits().isPresent()) {
                state.askWaits(false);
            }
        });
    }

    @Override
    public void failed(LockUnavailableException failure) {
        Instant at = clock.instant();
        events.add(() -> {
            if (board.last().isEmpty()) {
                // There is nothing to show, so the reason is all there is to tell.
                throw failure;
            }
            board = board.failed(String.valueOf(failure.getMessage()), at);
        });
    }

    @Override
    public void broken(RuntimeException failure) {
        events.add(() -> {
            throw failure;
        });
    }
}
