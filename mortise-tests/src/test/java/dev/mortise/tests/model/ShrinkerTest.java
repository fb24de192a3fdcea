package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    @Test
    void only_the_steps_that_matter_are_left() {
        Step first = new Step.LoseInbox(1);
        Step second = new Step.Wait(7);
        Sequence plan = Sequence.random(5);
        List<Step> steps = new ArrayList<>(plan.steps());
        steps.add(10, first);
        steps.add(20, second);

        Divergence shrunk = fails(plan.with(steps), first, second).orElseThrow().shrunk(p -> fails(p, first, second));

        assertThat(shrunk.plan().steps()).containsExactly(first, second);
    }

    private static Optional<Divergence> fails(Sequence plan, Step first, Step second) {
        int one = plan.steps().indexOf(first);
        int other = plan.steps().lastIndexOf(second);
        return one >= 0 && other > one
                ? Optional.of(new Divergence(
                        plan, List.copyOf(names(plan.steps().subList(0, other + 1))), "both"))
                : Optional.empty();
    }

    private static List<String> names(List<Step> steps) {
        return steps.stream().map(Step::toString).toList();
    }
}
