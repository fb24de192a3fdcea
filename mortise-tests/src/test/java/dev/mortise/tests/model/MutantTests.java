package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Makes a script wrong in each way that is known, and looks for a sequence that shows it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MutantTests<M extends Enum<M> & MutantTests.Wrong> {
    private static final long SEQUENCES = 2500;

    private final LuaServer server = new LuaServer();
    private final Class<M> all;
    private final Set<M> sample;
    private final List<Sequence> first;
    private final LongFunction<Sequence> random;

    /**
     * @param sample of all, what is tried where nothing else is said
     * @param first what is tried before the sequences
     * @param random a sequence by its seed
     */
    MutantTests(Class<M> all, Set<M> sample, List<Sequence> first, LongFunction<Sequence> random) {
        this.all = all;
        this.sample = sample;
        this.first = first;
        this.random = random;
    }

    @BeforeAll
    void the_scripts_are_right_for_these_sequences() {
        first.forEach(plan -> assertThat(Comparison.run(plan, server)).isEmpty());
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(Comparison.run(random.apply(seed), server)).isEmpty();
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    Set<M> known() {
        return EnumSet.allOf(all);
    }

    Set<M> tried() {
        return tried(all, sample);
    }

    /** All where the system property {@code mortise.model.mutants} says so, else a sample that is the same each time. */
    static <E extends Enum<E>> Set<E> tried(Class<E> all, Set<E> sample) {
        return Boolean.getBoolean("mortise.model.mutants") ? EnumSet.allOf(all) : sample;
    }

    @ParameterizedTest
    @MethodSource("known")
    void each_known_mutant_changes_a_script(Wrong mutant) {
        change(mutant);
    }

    @ParameterizedTest
    @MethodSource("tried")
    void each_known_mutant_is_found(Wrong mutant) {
        change(mutant);
        Optional<Divergence> found = Optional.empty();
        for (Sequence plan : first) {
            found = found.or(() -> Comparison.run(plan, server));
        }
        for (long seed = 1; found.isEmpty() && seed <= SEQUENCES; seed++) {
            found = Comparison.run(random.apply(seed), server);
        }
        assertThat(found).as("a sequence that shows it").isPresent();
    }

    private void change(Wrong mutant) {
        assertThat(server.mutate(mutant.right(), mutant.wrong()))
                .as("the scripts hold: " + mutant.right())
                .isTrue();
    }

    /** A part of a script, and what stands in its place. */
    interface Wrong {
        String right();

        String wrong();
    }
}
