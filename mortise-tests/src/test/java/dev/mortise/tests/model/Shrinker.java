package dev.mortise.tests.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Removes steps while the rest still fails. */
final class Shrinker {
    private Shrinker() {}

    static Divergence shrink(Divergence found, Function<Plan, Optional<Divergence>> run) {
        Divergence best = found;
        List<Step> steps = best.plan().steps().subList(0, best.steps());
        int chunk = Math.max(1, steps.size() / 2);
        while (true) {
            boolean removed = false;
            for (int from = steps.size() - chunk; from >= 0; from--) {
                if (from + chunk > steps.size()) {
                    continue;
                }
                List<Step> fewer = new ArrayList<>(steps.subList(0, from));
                fewer.addAll(steps.subList(from + chunk, steps.size()));
                Optional<Divergence> still = run.apply(best.plan().with(fewer));
                if (still.isPresent()) {
                    best = still.get();
                    steps = best.plan().steps().subList(0, best.steps());
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
