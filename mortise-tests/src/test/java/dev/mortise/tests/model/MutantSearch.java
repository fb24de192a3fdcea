package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.testkit.RedisProcess;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/** Makes a script wrong, and looks for a sequence that shows it. */
final class MutantSearch implements AutoCloseable {
    private static final long SEQUENCES = 2500;

    private final RedisProcess process = RedisProcess.start();
    private final LuaServer server = new LuaServer(process.host(), process.port());
    private final List<Plan> first;
    private final LongFunction<Plan> random;

    /**
     * @param first what is tried before the sequences
     * @param random a sequence by its seed
     */
    MutantSearch(List<Plan> first, LongFunction<Plan> random) {
        this.first = first;
        this.random = random;
    }

    /** All where the system property {@code mortise.model.mutants} says so, else a sample that is the same each time. */
    static <E extends Enum<E>> Set<E> tried(Class<E> all, Set<E> sample) {
        return Boolean.getBoolean("mortise.model.mutants") ? EnumSet.allOf(all) : sample;
    }

    /** As long as nothing is changed. */
    void findsNothing() {
        first.forEach(plan -> assertThat(Comparison.run(plan, server)).isEmpty());
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Comparison.run(random.apply(seed), server)).isEmpty();
        }
    }

    void change(String right, String wrong) {
        assertThat(server.mutate(right, wrong)).as("the scripts hold: " + right).isTrue();
    }

    void find(String right, String wrong) {
        change(right, wrong);
        Optional<Divergence> found = Optional.empty();
        for (Plan plan : first) {
            found = found.or(() -> Comparison.run(plan, server));
        }
        for (long seed = 1; found.isEmpty() && seed <= SEQUENCES; seed++) {
            found = Comparison.run(random.apply(seed), server);
        }
        assertThat(found).as("a sequence that shows it").isPresent();
    }

    @Override
    public void close() {
        server.close();
        process.close();
    }
}
