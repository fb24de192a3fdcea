package dev.mortise.internal.store;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the last answers of the authority said: whether it can be reached, since when, and how fast it was. Thread-safe, never
 * blocks.
 */
public final class Contact {
    private static final Logger log = LoggerFactory.getLogger(Contact.class);

    private final Time time;
    private final AtomicReference<View> view;

    /** Not reachable until something is answered. */
    public Contact(Time time) {
        this.time = time;
        this.view = new AtomicReference<>(new View(false, time.nanos(), null, null, ""));
    }

    /** A request was answered. For hot paths: while the authority is reachable this only reads. */
    public void answered() {
        if (!view().isReachable()) {
            change(before -> before.reachable(time.nanos()));
        }
    }

    /** A heartbeat was answered. */
    public void answered(long sentAtNanos) {
        change(before -> before.measured(answer(sentAtNanos), before.renewal()));
    }

    /** A renewal was answered. A quorum answers for each lease that it is not known when there is no majority. */
    public void renewed(List<RenewReply> replies, long sentAtNanos) {
        for (RenewReply reply : replies) {
            if (!(reply instanceof RenewReply.Unknown)) {
                change(before -> {
                    Answer answer = answer(sentAtNanos);
                    return before.measured(answer, answer);
                });
                return;
            }
        }
        if (!replies.isEmpty() && replies.get(0) instanceof RenewReply.Unknown unknown) {
            failed(unknown.reason());
        }
    }

    /** A request has failed. A refusal is an answer. */
    public void failed(Throwable failure) {
        StoreException why = Failure.of(failure);
        if (why.effect() == Effect.REFUSED) {
            answered();
        } else {
            failed(Objects.requireNonNullElse(why.getMessage(), "no reason given"));
        }
    }

    /** A request got no answer, for that reason. */
    public void failed(String reason) {
        change(before -> before.unreachable(time.nanos(), reason));
    }

    /** What goes wrong here keeps no answer from where it is waited for. */
    private void change(UnaryOperator<View> change) {
        try {
            view.updateAndGet(change);
        } catch (RuntimeException | Error e) {
            log.warn("It was not noted whether the server was reached", e);
        }
    }

    public View view() {
        return Objects.requireNonNull(view.get());
    }

    private Answer answer(long sentAtNanos) {
        long now = time.nanos();
        return new Answer(now, now - sentAtNanos);
    }

    /**
     * What is known at one moment. Times are of the client's own clock.
     *
     * @param sinceNanos from when on it has been reachable, or not
     * @param last the last heartbeat or renewal that was answered; null before the first
     * @param renewal the last renewal that was answered; null before the first
     * @param lastError of the last request that failed; "" = none did
     */
    public record View(
            boolean isReachable,
            long sinceNanos,
            @Nullable Answer last,
            @Nullable Answer renewal,
            String lastError) {
        private View reachable(long nowNanos) {
            return isReachable ? this : new View(true, nowNanos, last, renewal, lastError);
        }

        private View measured(Answer answer, @Nullable Answer lastRenewal) {
            return new View(true, isReachable ? sinceNanos : answer.atNanos(), answer, lastRenewal, lastError);
        }

        private View unreachable(long nowNanos, String reason) {
            return new View(false, isReachable ? nowNanos : sinceNanos, last, renewal, reason);
        }
    }

    /** When an answer came, and how long it took. */
    public record Answer(long atNanos, long roundTripNanos) {}
}
