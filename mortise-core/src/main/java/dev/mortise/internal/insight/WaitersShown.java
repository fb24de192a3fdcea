package dev.mortise.internal.insight;

import dev.mortise.internal.acquire.WaitPlace;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * The waiters that a report names, but for the one that it is for: the head of the server's queue, and among them those that
 * wait in this client only.
 *
 * @param waiters in the order in which they are served, as far as this client can know
 * @param ahead how many of them are served before the one that it is for
 * @param place of that one, 1 = next; 0 = not known
 * @param others how many wait in all
 */
record WaitersShown(List<LockRecord.Waiter> waiters, int ahead, int place, int others) {
    /*
     * Overview. Acquires that wait in this client only stand behind the one of it that asks the server, or, if it holds the
     * lock, first. The one that asks may stand behind the head of the queue: then they follow all that are named.
     */

    /** All that wait, of a whole record. */
    static List<LockRecord.Waiter> all(LockRecord record, String self, List<LockRecord.Waiter> here) {
        List<LockRecord.Waiter> all = new ArrayList<>(record.waiters());
        all.addAll(behindOwn(all, self), here);
        return all;
    }

    /**
     * @param own what is left out; its place, or that of the one that asks for it, is in the glance
     * @param here those that wait in this client only, in order
     */
    static WaitersShown of(Glance glance, WaitPlace own, String self, List<LockRecord.Waiter> here) {
        List<LockRecord.Waiter> named = new ArrayList<>();
        int index = -1;
        for (LockRecord.Waiter waiter : glance.record().waiters()) {
            if (waiter.leaseId().equals(own.leaseId())) {
                index = named.size();
            } else {
                named.add(waiter);
            }
        }
        int ofThisClient = (int)
                named.stream().filter(waiter -> waiter.clientId().equals(self)).count();
        boolean isFurtherBack = glance.place() > 0 && index < 0 && (!own.isHere() || ofThisClient == 0);
        int at = isFurtherBack ? named.size() : Math.max(behindOwn(named, self), index);
        List<LockRecord.Waiter> shown = here.subList(0, Math.min(Glance.MOST, here.size()));
        named.addAll(at, shown);
        int ahead;
        if (index >= 0) {
            ahead = index;
        } else if (own.isHere()) {
            // The place counts those of this client that ask the server.
            long before = own.place() - 1 - ofThisClient - (isFurtherBack ? 1 : 0);
            ahead = (int) Math.min(at + Math.max(0, before), at + shown.size());
        } else if (isFurtherBack) {
            ahead = at;
        } else {
            // It has left since. Of those that waited behind it here, no one can tell where it stood.
            ahead = shown.isEmpty() ? (int) Math.max(0, Math.min(own.place() - 1, named.size())) : 0;
        }
        boolean isQueued = !own.isHere() && (index >= 0 || glance.place() > 0);
        long waiting = Math.max(glance.waiting(), glance.record().waiters().size());
        long others = waiting - (isQueued ? 1 : 0) + here.size();
        return new WaitersShown(named, ahead, (int) place(index, own, glance), (int) others);
    }

    private static long place(int index, WaitPlace own, Glance glance) {
        if (index >= 0) {
            return index + 1L;
        }
        return own.isHere() || glance.place() == 0 ? own.place() : glance.place();
    }

    /** Behind the last of this client. */
    private static int behindOwn(List<LockRecord.Waiter> waiters, String self) {
        for (int i = waiters.size(); i > 0; i--) {
            if (waiters.get(i - 1).clientId().equals(self)) {
                return i;
            }
        }
        return 0;
    }
}
