package dev.mortise.faults.check;

import java.util.List;

/** C6. When all clients are closed, no key of a lock is left. */
final class LeftoverKeys implements Checker {
    @Override
    public String rule() {
        return "C6 leftovers: no key of a lock is left when all clients are closed";
    }

    @Override
    public List<String> violations(History history) {
        return history.keysLeft().stream().map(key -> key + " is left").toList();
    }
}
