package dev.mortise.faults.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** C4. While nothing goes wrong, nobody who asks later gets the lock before somebody who stood in the queue. */
final class Order implements Checker {
    @Override
    public String rule() {
        return "C4 order: first come, first served, as long as nothing goes wrong";
    }

    @Override
    public List<String> violations(History history) {
        List<String> found = new ArrayList<>();
        history.holdsByLock().forEach((lock, holds) -> {
            List<Hold> sorted = new ArrayList<>(holds);
            sorted.sort(Comparator.comparingLong(Hold::gotAt));
            for (int i = 0; i < sorted.size(); i++) {
                Hold waiter = sorted.get(i);
                for (int j = i - 1; j >= 0 && waiter.queuedAt() > 0; j--) {
                    Hold earlier = sorted.get(j);
                    if (earlier.gotAt() <= waiter.queuedAt()) {
                        break;
                    }
                    if (earlier.askedAt() > waiter.queuedAt() && isQuiet(history, waiter.askedAt(), waiter.gotAt())) {
                        found.add(lock + ": " + earlier + " asked "
                                + (earlier.askedAt() - waiter.queuedAt()) / 1000 + " us after " + waiter
                                + " stood in the queue, and got it before");
                    }
                }
            }
        });
        return found;
    }

    /** After a fault the queue is in order again when those who had lost their place have asked again. */
    private static boolean isQuiet(History history, long from, long to) {
        long aftermath = history.leaseNanos() + Progress.GRACE;
        return history.faults().stream().noneMatch(fault -> fault.overlaps(from - aftermath, to));
    }
}
