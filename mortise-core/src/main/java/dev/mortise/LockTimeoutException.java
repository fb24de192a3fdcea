package dev.mortise;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lock was not granted in time; says who holds it, since when, and who waits. */
public class LockTimeoutException extends LockException {
    private static final long serialVersionUID = 1L;

    private final Duration waited;
    private final int place;
    private final transient @Nullable LockInfo info;

    /**
     * With what the server said at the end of the wait.
     *
     * @param waited how long
     * @param place last known place in the queue, 1 = next; 0 = was not in the queue
     * @param info the lock as it was then; null when the server could not be asked any more
     */
    public LockTimeoutException(String lockName, Duration waited, int place, @Nullable LockInfo info) {
        super(lockName, describe(lockName, waited, place, info), null);
        this.waited = waited;
        this.place = place;
        this.info = info;
    }

    /** How long the caller waited. */
    public Duration waited() {
        return waited;
    }

    /** Last known place in the queue, 1 = next to be served; 0 when the caller was not in the queue. */
    public int place() {
        return place;
    }

    /** The holders at that moment; empty when they are not known. */
    public List<LockInfo.Holder> holders() {
        return info == null ? List.of() : info.holders();
    }

    /** Holders and queue at that moment, without the caller itself. */
    public Optional<LockInfo> info() {
        return Optional.ofNullable(info);
    }

    private static String describe(String lockName, Duration waited, int place, @Nullable LockInfo info) {
        StringBuilder text = new StringBuilder("Lock '")
                .append(lockName)
                .append("' was not granted within ")
                .append(waited.toMillis())
                .append(" ms");
        if (info != null && !info.holders().isEmpty()) {
            text.append("; held by ")
                    .append(info.holders().stream()
                            .map(LockTimeoutException::holder)
                            .collect(Collectors.joining(", ")));
        } else if (info == null) {
            text.append("; its holder could not be asked for");
        }
        if (place > 0) {
            text.append("; own place in the queue ").append(place);
        }
        if (info != null) {
            text.append("; ").append(info.waiters().size()).append(" others wait");
        }
        return text.toString();
    }

    private static String holder(LockInfo.Holder holder) {
        String owner = holder.owner().isEmpty() ? "" : holder.owner() + " on ";
        String label = holder.label().isEmpty() ? "" : " \"" + holder.label() + "\"";
        String left = holder.expiresIn()
                .map(duration -> "lease ends in " + duration.toMillis() + " ms")
                .orElse("until released");
        return owner + holder.client().describe() + label + " since " + holder.since() + " (" + left + ", token "
                + holder.fencingToken() + ")";
    }
}
