package dev.mortise.faults.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** C4. While nothing goes wrong, nobody who asks later gets the lock before somebody who stood in the queue. */
final class Order implements Checker {
    /*
     * Overview. Who asked after somebody was known to be in the queue, and got the lock before, has overtaken. A worker that
     * hands a lock on among its threads may overtake others, within its budget: a run is what one worker has of a lock one
     * after the other. Who waits for the server and nobody else of its worker stays in the server's queue, so what its
     * worker's rival has meanwhile, beyond the first of the run, was handed on. Others of its worker wait behind it there,
     * and not on the server, so only their own worker may not let them be overtaken.
     *
     * The budget counts from the grant if somebody waited by then, else from when it was last certain that nobody did,
     * which is for a second. A pass is decided after the former lease was last known to be valid, and the grant before the
     * first lease was got: so what is found here was certainly over the budget.
     */
    static final int PASSES = 64;
    static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(10);
    static final long CERTAIN = TimeUnit.SECONDS.toNanos(1);

    @Override
    public String rule() {
        return "C4 order: first come, first served, but for local hand-offs, as long as nothing goes wrong";
    }

    @Override
    public List<String> violations(History history) {
        List<String> found = new ArrayList<>();
        if (!history.terms().ordered()) {
            return found;
        }
        history.holdsByLock().forEach((lock, holds) -> {
            List<RecordedHold> sorted = new ArrayList<>(holds);
            sorted.sort(Comparator.comparingLong(RecordedHold::gotAt));
            for (int i = 0; i < sorted.size(); i++) {
                RecordedHold waiter = sorted.get(i);
                for (int j = i - 1; j >= 0 && waiter.queuedAt() > 0; j--) {
                    RecordedHold earlier = sorted.get(j);
                    if (earlier.gotAt() <= waiter.queuedAt()) {
                        break;
                    }
                    if (earlier.askedAt() > waiter.queuedAt()
                            && !mayOvertake(history, sorted, j, waiter)
                            && isQuiet(history, waiter.askedAt(), waiter.gotAt())) {
                        found.add(lock + ": " + earlier + " asked "
                                + (earlier.askedAt() - waiter.queuedAt()) / 1000 + " us after " + waiter
                                + " stood in the queue, and got it before");
                    }
                }
            }
        });
        return found;
    }

    private static boolean mayOvertake(History history, List<RecordedHold> sorted, int at, RecordedHold waiter) {
        String worker = sorted.get(at).worker();
        if (!history.terms().localHandOff() || worker.equals(waiter.worker())) {
            return false;
        }
        if (!isAlone(history, waiter)) {
            return true;
        }
        int first = at;
        while (first > 0 && sorted.get(first - 1).worker().equals(worker)) {
            first--;
        }
        if (first == at) {
            return false;
        }
        boolean waitedByThen = first > 0 && sorted.get(first - 1).validAt() > waiter.queuedAt();
        long decided = sorted.get(at - 1).validAt();
        return waitedByThen
                ? at - first <= PASSES && decided <= sorted.get(first).gotAt() + LONGEST
                : decided <= waiter.queuedAt() + CERTAIN + LONGEST;
    }

    /** Nobody else of its worker wanted or had the lock until it was in the queue, so it waits for the server. */
    private static boolean isAlone(History history, RecordedHold waiter) {
        long from = waiter.askedAt();
        long to = waiter.queuedAt();
        return history.holds().stream()
                        .filter(hold -> hold.lock().equals(waiter.lock())
                                && hold.worker().equals(waiter.worker()))
                        .noneMatch(hold -> !hold.equals(waiter)
                                && hold.askedAt() < to
                                && (hold.endedAt() == 0 || hold.endedAt() > from))
                && history.misses().stream()
                        .filter(miss -> miss.lock().equals(waiter.lock())
                                && miss.worker().equals(waiter.worker()))
                        .noneMatch(miss -> miss.askedAt() < to && miss.at() > from);
    }

    /**
     * After a fault the queue is in order again when those who had lost their place have asked again. A request that was
     * not answered is a fault too, also where only the machine was slow: who waited for it may have lost its place.
     */
    private static boolean isQuiet(History history, long from, long to) {
        long aftermath = history.leaseNanos() + Progress.GRACE;
        return history.faults().stream().noneMatch(fault -> fault.overlaps(from - aftermath, to))
                && history.misses().stream()
                        .filter(miss -> !miss.why().equals(Miss.TIMEOUT))
                        .noneMatch(miss -> miss.askedAt() < to && miss.at() > from - aftermath);
    }
}
