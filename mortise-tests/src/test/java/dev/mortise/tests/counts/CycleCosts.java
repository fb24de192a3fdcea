package dev.mortise.tests.counts;

import dev.mortise.testkit.resp.RespClient;
import dev.mortise.tests.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What each of some cycles costs the server. Clients also ask by time: they poll, renew and send heartbeats, the more the
 * longer a cycle takes. So what a cycle costs is seen in those with no more requests than a cycle needs.
 */
final class CycleCosts {
    private final RespClient reader;
    private final int requests;
    private final List<Stats> cycles = new ArrayList<>();
    private final long began = System.nanoTime();
    private Stats last;

    /** @param requests how many a cycle needs */
    CycleCosts(RespClient reader, int requests) {
        this.reader = reader;
        this.requests = requests;
        this.last = Stats.of(reader);
    }

    /** A cycle is over, and another begins. */
    void cycle() {
        Stats now = Stats.of(reader);
        cycles.add(now.since(last));
        last = now;
    }

    /**
     * Cycles in which nothing was asked by time, nor just before or after: the bytes of such a request may be counted one
     * cycle earlier, and those of its answer one later.
     */
    List<Stats> undisturbed() {
        return IntStream.range(1, cycles.size() - 1)
                .filter(i -> IntStream.rangeClosed(i - 1, i + 1).allMatch(j -> byTime(cycles.get(j)) == 0))
                .mapToObj(cycles::get)
                .toList();
    }

    /** How many requests were made by time. */
    long byTime() {
        return cycles.stream().mapToLong(this::byTime).sum();
    }

    private long byTime(Stats cycle) {
        return cycle.count("evalsha") - requests;
    }

    /** How often a command was called in all cycles. */
    long count(String command) {
        return cycles.stream().mapToLong(cycle -> cycle.count(command)).sum();
    }

    /** How long all cycles have taken, s. */
    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }
}
