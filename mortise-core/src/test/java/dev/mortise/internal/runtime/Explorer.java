package dev.mortise.internal.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a small world in every order that differs from the plain one by at most so many choices. Each run begins anew, with
 * the choices of the run before up to the last one that can still be changed (stateless model checking with bounded delays,
 * Emmi, Qadeer and Rakamaric 2011).
 */
public final class Explorer {
    private final int mostDeviations;
    private List<Integer> plan = new ArrayList<>();
    private List<Integer> options = new ArrayList<>();
    private int at;

    public Explorer(int mostDeviations) {
        this.mostDeviations = mostDeviations;
    }

    /** How many orders there were. */
    public int explore(Consumer<Explorer> world) {
        int runs = 0;
        do {
            at = 0;
            options = new ArrayList<>();
            try {
                world.accept(this);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("in the order " + plan.subList(0, Math.min(at, plan.size())), e);
            }
            runs++;
        } while (next());
        return runs;
    }

    /** Which of so many to do now. */
    public int choose(int count) {
        if (at == plan.size()) {
            plan.add(0);
        }
        options.add(count);
        return plan.get(at++);
    }

    private boolean next() {
        plan = new ArrayList<>(plan.subList(0, Math.min(plan.size(), options.size())));
        for (int last = plan.size() - 1; last >= 0; last--) {
            boolean more = plan.get(last) + 1 < options.get(last);
            long before =
                    plan.subList(0, last).stream().filter(choice -> choice > 0).count();
            if (more && before < mostDeviations) {
                int changed = plan.get(last) + 1;
                plan = new ArrayList<>(plan.subList(0, last));
                plan.add(changed);
                return true;
            }
        }
        return false;
    }
}
