package dev.mortise.tests.model;

import java.util.List;

/** Where the scripts and the model parted. */
record Divergence(Plan plan, List<String> trace, String what) {
    /** How many steps it took. */
    int steps() {
        return trace.size();
    }

    @Override
    public String toString() {
        return what + "\n\nafter " + plan.setup() + "\n" + String.join("\n", trace)
                + "\n\nagain with -Dmortise.model.sequences=1 -Dmortise.model.seed=" + plan.seed() + "\n";
    }
}
