package dev.mortise.benchmarks;

import dev.mortise.benchmarks.report.Row;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLease;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The contenders of one question, all connected at once, and their samples. Not thread-safe. */
final class Rivals implements AutoCloseable {
    private final Map<Contender, Rival> rivals = new EnumMap<>(Contender.class);
    private final Map<Contender, Samples> samples = new EnumMap<>(Contender.class);

    Rivals(String uri, RivalLease terms, List<Contender> contenders) {
        try {
            for (Contender contender : contenders) {
                rivals.put(contender, contender.connect(uri, terms));
                samples.put(contender, new Samples());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    Rival rival(Contender contender) {
        return Objects.requireNonNull(rivals.get(contender));
    }

    Samples samples(Contender contender) {
        return Objects.requireNonNull(samples.get(contender));
    }

    /** Everybody, beginning with another one each round. */
    List<Contender> inOrderOf(int round) {
        List<Contender> order = new ArrayList<>(rivals.keySet());
        Collections.rotate(order, -round);
        return order;
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        samples.forEach((contender, values) -> rows.add(values.row(contender)));
        return rows;
    }

    @Override
    public void close() {
        rivals.values().forEach(Rival::close);
        rivals.clear();
    }
}
