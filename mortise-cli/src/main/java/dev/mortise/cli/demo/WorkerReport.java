package dev.mortise.cli.demo;

import java.util.List;

/**
 * What a worker tells, a line each on its standard output.
 *
 * @param kind of what happened
 * @param text a word; empty when there is nothing to say
 * @param numbers as the kind says
 */
record WorkerReport(Kind kind, String text, List<Long> numbers) {
    /** The kinds. */
    enum Kind {
        /** Up, and told nothing yet, or told to be idle: no number. */
        IDLE,
        /** Asks for the lock: no number. */
        WAITING,
        /** Has the lock: fencing token, moment in us of the machine's monotonic clock. */
        HOLDING,
        /** Has the lock and keeps it until told otherwise: fencing token, balance it has read. */
        THINKING,
        /** Wrote a balance: the balance. */
        WROTE,
        /** Its write was refused: fencing token, balance it wanted to write. */
        REFUSED,
        /** Lost the lease: no number, the text is the cause. */
        LOST
    }

    static WorkerReport of(Kind kind, Long... numbers) {
        return new WorkerReport(kind, "", List.of(numbers));
    }

    String encode() {
        StringBuilder line = new StringBuilder(kind.name()).append(' ').append(text.isEmpty() ? "-" : text);
        numbers.forEach(number -> line.append(' ').append(number));
        return line.toString();
    }

    static WorkerReport decode(String line) {
        List<String> parts = List.of(line.split(" "));
        return new WorkerReport(
                Kind.valueOf(parts.get(0)),
                parts.get(1).equals("-") ? "" : parts.get(1),
                parts.stream().skip(2).map(Long::valueOf).toList());
    }

    long number(int index) {
        return numbers.get(index);
    }
}
