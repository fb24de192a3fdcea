package dev.mortise.cli.watch;

import dev.mortise.cli.watch.WatchKey.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What each key does. */
final class WatchKeys {
    /** A filter is no longer than a name can be. */
    private static final int LONGEST_FILTER = 512;

    private final WatchState state;

    WatchKeys(WatchState state) {
        this.state = state;
    }

    /**
     * Changes what is shown. Ctrl-Z and Ctrl-L are for the terminal, and change nothing here.
     *
     * @param names those that are listed, in order
     * @param page how many lines or rows the screen has for them
     */
    void press(WatchKey key, List<String> names, int page) {
        if (key.kind() == Kind.INTERRUPT) {
            state.end(WatchEnd.INTERRUPT);
        } else if (state.draft().isPresent()) {
            type(key, state.draft().get(), names, page);
        } else if (key.is('q')) {
            state.end(WatchEnd.QUIT);
        } else if (key.is('p') || key.is(' ')) {
            state.pause(!state.isPaused());
        } else {
            switch (state.page()) {
                case LIST -> list(key, names, page);
                case LOCK -> lock(key, page);
                case HELP -> state.open(WatchPage.LIST);
            }
        }
    }

    private void type(WatchKey key, String draft, List<String> names, int page) {
        switch (key.kind()) {
            case TEXT -> {
                if (draft.length() < LONGEST_FILTER) {
                    state.type(draft + key.text());
                }
            }
            case BACKSPACE -> {
                if (draft.isEmpty()) {
                    state.endTyping(false);
                } else {
                    state.type(draft.substring(0, draft.offsetByCodePoints(draft.length(), -1)));
                }
            }
            case ENTER -> state.endTyping(true);
            case ESCAPE -> state.endTyping(false);
            case UP, DOWN, PAGE_UP, PAGE_DOWN -> move(key, names, page);
            default -> {
                // It has no meaning in a line that is typed.
            }
        }
    }

    private void list(WatchKey key, List<String> names, int page) {
        Optional<WatchOrder> order = Arrays.stream(WatchOrder.values())
                .filter(each -> key.is(each.key()))
                .findFirst();
        if (order.isPresent()) {
            state.sort(order.get());
        } else if (key.is('s')) {
            state.sort(state.order().next());
        } else if (key.is('r')) {
            state.sort(state.order());
        } else if (key.is('/')) {
            state.type(state.filter().text());
        } else if (key.is('?') || key.kind() == Kind.HELP) {
            state.open(WatchPage.HELP);
        } else if (key.kind() == Kind.ESCAPE) {
            state.clearFilter();
        } else if (key.kind() == Kind.ENTER || key.kind() == Kind.RIGHT) {
            if (!names.isEmpty()) {
                state.choose(names, Math.max(0, state.chosenRow(names)));
                state.open(WatchPage.LOCK);
            }
        } else {
            move(key, names, page);
        }
    }

    private void move(WatchKey key, List<String> names, int page) {
        int row = state.chosenRow(names);
        switch (key.kind()) {
            case UP -> state.choose(names, row - 1);
            case DOWN -> state.choose(names, row + 1);
            case PAGE_UP -> state.choose(names, row - page);
            case PAGE_DOWN -> state.choose(names, row + page);
            case HOME -> state.choose(names, 0);
            case END -> state.choose(names, names.size() - 1);
            default -> {
                if (key.is('k')) {
                    state.choose(names, row - 1);
                } else if (key.is('j')) {
                    state.choose(names, row + 1);
                }
            }
        }
    }

    private void lock(WatchKey key, int page) {
        switch (key.kind()) {
            case ESCAPE, LEFT, BACKSPACE, ENTER -> state.open(WatchPage.LIST);
            case UP -> state.scrollTo(state.scroll() - 1);
            case DOWN -> state.scrollTo(state.scroll() + 1);
            case PAGE_UP -> state.scrollTo(state.scroll() - page);
            case PAGE_DOWN -> state.scrollTo(state.scroll() + page);
            case HOME -> state.scrollTo(0);
            case HELP -> state.open(WatchPage.HELP);
            default -> {
                if (key.is('g')) {
                    state.askWaits(true);
                } else if (key.is('?')) {
                    state.open(WatchPage.HELP);
                } else if (key.is('k')) {
                    state.scrollTo(state.scroll() - 1);
                } else if (key.is('j')) {
                    state.scrollTo(state.scroll() + 1);
                }
            }
        }
    }
}
