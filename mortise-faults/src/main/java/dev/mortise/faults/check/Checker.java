package dev.mortise.faults.check;

import java.util.List;

/** One rule. */
public interface Checker {
    /** What must hold. */
    String rule();

    /** What contradicts it; empty if nothing does. */
    List<String> violations(History history);

    /** All of them. */
    static List<Checker> all() {
        return List.of(
                new FencedRegister(),
                new Exclusion(),
                new Progress(),
                new Order(),
                new UnfencedCounter(),
                new LeftoverKeys(),
                new Entry());
    }
}
