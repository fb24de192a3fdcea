package dev.mortise.tests.model;

import dev.mortise.tests.world.Shrinker;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where the scripts and the model parted. */
record Divergence(Sequence plan, List<String> trace, String what) {
    /** The same with as few steps as possible. */
    Divergence shrunk(Function<Sequence, Optional<Divergence>> run) {
        return Shrinker.shrink(this, Divergence::steps, fewer -> run.apply(plan.with(fewer)));
    }

    /** Those that it took. */
    private List<Step> steps() {
        return plan.steps().subList(0, trace.size());
    }

    @Override
    public String toString() {
        return what + "\n\nafter " + plan.setup() + "\n" + String.join("\n", trace)
                + "\n\nagain with -Dmortise.model.sequences=1 -Dmortise.model.seed=" + plan.seed() + "\n";
    }
}
