package dev.mortise.tests.world;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A world that did not keep a promise. */
record Broken(WorldPlan plan, int events, String what, Throwable how) {
    /** Empty when it kept them all. */
    static Optional<Broken> run(ServerWorld world) {
        try {
            world.run();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(new Broken(world.plan(), world.happened(), String.valueOf(e.getMessage()), e));
        }
    }

    /** The same with as few events as possible. */
    Broken shrunk() {
        return Shrinker.shrink(this, Broken::happened, fewer -> run(new ServerWorld(plan.with(fewer))));
    }

    private List<Event> happened() {
        return plan.events().subList(0, events);
    }

    @Override
    public String toString() {
        return what + "\n\nafter " + plan.setup() + "\n"
                + happened().stream().map(Event::toString).collect(Collectors.joining("\n"))
                + "\n\nagain with -Dmortise.world.count=1 -Dmortise.world.seed=" + plan.seed() + "\n";
    }
}
