package dev.mortise.tests.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Removes steps while the rest still fails. */
public final class Shrinker {
    private Shrinker() {}

    /**
     * The shortest failure that was found on the way.
     *
     * @param stepsOf the steps that a failure took
     * @param run answers the failure, if it is one
     */
    public static <S, F> F shrink(F found, Function<F, List<S>> stepsOf, Function<List<S>, Optional<F>> run) {
        F best = found;
        List<S> steps = stepsOf.apply(best);
        int chunk = Math.max(1, steps.size() / 2);
        while (true) {
            boolean removed = false;
            for (int from = steps.size() - chunk; from >= 0; from--) {
                if (from + chunk > steps.size()) {
                    continue;
                }
                List<S> fewer = new ArrayList<>(steps.subList(0, from));
                fewer.addAll(steps.subList(from + chunk, steps.size()));
                Optional<F> still = run.apply(fewer);
                if (still.isPresent()) {
                    best = still.get();
                    steps = stepsOf.apply(best);
                    removed = true;
                }
            }
            if (!removed && chunk == 1) {
                return best;
            }
            chunk = removed && chunk == 1 ? 1 : Math.max(1, chunk / 2);
        }
    }
}
