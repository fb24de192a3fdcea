package dev.mortise;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A wait in words: one line, of bounded length. */
final class WaitText {
    /** The most that are named of each kind. */
    private static final int MOST = 3;

    private WaitText() {}

    static String of(WaitReport report) {
        List<String> parts = new ArrayList<>();
        LockInfo lock = report.lock().orElse(null);
        if (lock == null) {
            parts.add("its holder could not be asked for");
        } else if (lock.used() > 0 || !lock.holders().isEmpty()) {
            parts.add("held by " + holders(lock));
        }
        if (!report.chain().isEmpty()) {
            parts.add("its holder " + chain(report.chain()));
        }
        if (report.place() > 0) {
            parts.add("own place in the queue " + report.place()
                    + (report.ahead().isEmpty()
                            ? ""
                            : ", behind " + some(report.ahead(), WaitText::waiter, Math.max(0, report.place() - 1))));
        }
        if (lock != null) {
            parts.add(report.others() + (report.others() == 1 ? " other waits" : " others wait"));
        }
        return String.join("; ", parts);
    }

    static String slow(LockEvent.SlowWait wait) {
        int others = wait.waits() - 1;
        return "Lock '" + wait.lockName() + "' was not granted to " + who(wait.owner(), wait.label()) + " within "
                + wait.waited().toMillis() + " ms so far" + (others == 0 ? "" : ", nor to " + others + " more here")
                + "; "
                + of(wait.report());
    }

    private static String chain(List<HolderWait> chain) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < chain.size(); i++) {
            HolderWait link = chain.get(i);
            text.append(i == 0 ? "" : ", held by ")
                    .append(who(link.owner(), link.label()))
                    .append(" on ")
                    .append(link.client().describe())
                    .append(i == 0 ? " itself waits for lock '" : ", which waits for lock '")
                    .append(link.wanted())
                    .append("' since ")
                    .append(link.since());
        }
        List<LockInfo.Holder> last = chain.get(chain.size() - 1).heldBy();
        return text + (last.isEmpty() ? "" : ", held by " + holders(last));
    }

    /** Not all of them need be known. */
    private static String holders(LockInfo lock) {
        List<LockInfo.Holder> known = lock.holders();
        if (known.isEmpty()) {
            return "holders that are not known";
        }
        boolean isAll = known.stream().mapToLong(LockInfo.Holder::permits).sum() >= lock.used();
        return holders(known) + (isAll ? "" : ", and others");
    }

    private static String holders(List<LockInfo.Holder> holders) {
        return some(holders, WaitText::holder);
    }

    private static String holder(LockInfo.Holder holder) {
        String left = holder.expiresIn()
                .map(duration -> "lease ends in " + duration.toMillis() + " ms")
                .orElse("until released");
        return who(holder.owner(), holder.label(), holder.client()) + " since " + holder.since() + " (" + left
                + ", token " + holder.fencingToken() + ")";
    }

    private static String waiter(LockInfo.Waiter waiter) {
        return who(waiter.owner(), waiter.label(), waiter.client());
    }

    private static String who(String owner, String label, ClientInfo client) {
        return (owner.isEmpty() ? "" : owner + " on ")
                + client.describe()
                + (label.isEmpty() ? "" : " \"" + label + "\"");
    }

    private static String who(String owner, String label) {
        return (owner.isEmpty() ? "an owner without a name" : owner) + (label.isEmpty() ? "" : " \"" + label + "\"");
    }

    private static <T> String some(List<T> all, Function<T, String> text) {
        return some(all, text, all.size());
    }

    /** @param count how many there are, if more than are known */
    private static <T> String some(List<T> known, Function<T, String> text, int count) {
        String named = known.stream().limit(MOST).map(text).collect(Collectors.joining(", "));
        int more = Math.max(count, known.size()) - Math.min(MOST, known.size());
        return named + (more > 0 ? " and " + more + " more" : "");
    }
}
