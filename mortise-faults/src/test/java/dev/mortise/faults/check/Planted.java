package dev.mortise.faults.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A small history in which all is well, to which something else is then added. Times in ms. */
final class Planted {
    static final long LEASE = 1000;

    final List<RecordedHold> holds = new ArrayList<>();
    final List<Miss> misses = new ArrayList<>();
    final List<RegisterEntry> register = new ArrayList<>();
    final List<FaultSpan> faults = new ArrayList<>();
    final List<Life> lives = new ArrayList<>();
    final List<String> keysLeft = new ArrayList<>();
    long counted;
    long counters;
    Terms terms = new Terms(nanos(LEASE), true, false, 0);

    static Planted sound() {
        Planted planted = new Planted();
        planted.hold("w0.0", 1, 100, 0, 110, 120);
        planted.hold("w1.0", 2, 105, 108, 121, 130);
        planted.hold("w0.0", 3, 130, 0, 131, 140);
        planted.write(1, 1);
        planted.write(2, 2);
        planted.read(3, 2);
        planted.write(3, 3);
        planted.counted = 3;
        planted.counters = 3;
        return planted;
    }

    void hold(String thread, long token, long asked, long queued, long got, long valid) {
        holds.add(new RecordedHold(
                thread.substring(0, 2),
                thread,
                "a",
                "L" + token,
                token,
                nanos(asked),
                nanos(queued),
                nanos(got),
                nanos(valid),
                nanos(valid + 1),
                "RELEASED"));
    }

    void read(long token, long value) {
        register.add(new RegisterEntry("a", false, token, "L" + token, value));
    }

    void write(long token, long value) {
        register.add(new RegisterEntry("a", true, token, "L" + token, value));
    }

    void fault(String kind, long began, long healed) {
        faults.add(new FaultSpan(kind, "", "", nanos(began), nanos(healed), nanos(healed + 10 * LEASE)));
    }

    void life(String worker, long ready, long died) {
        lives.add(new Life(worker, List.of(worker + ".0"), nanos(ready), died == 0 ? Long.MAX_VALUE : nanos(died)));
    }

    List<String> violationsOf(Checker checker) {
        return checker.violations(
                new History(holds, misses, register, faults, lives, counted, counters, keysLeft, terms));
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
