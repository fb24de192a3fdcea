package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.LockUnavailableException;
import dev.mortise.QueueFullException;
import dev.mortise.WrongKindException;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a caller is told whose acquire did not end with a grant. Stateless. */
final class AcquireFailures {
    /** What is said when a wait ends before its request has failed, and the connection knows no reason either. */
    private static final String NO_ANSWER = "Redis did not answer in time";

    private AcquireFailures() {}

    /** The failure for a wait that ended so; null where its end is no failure. */
    static @Nullable LockException of(LeaveReason why, LockStore store, String lock, @Nullable StoreException cause) {
        String name = "Lock '" + lock + "'";
        if (why == LeaveReason.UNAVAILABLE) {
            String detail = cause == null ? noAnswer(store, lock) : cause.getMessage();
            return new LockUnavailableException(lock, name + " cannot be asked for: " + detail, cause);
        }
        if (why == LeaveReason.CLOSED) {
            return new LockUnavailableException(lock, name + ": the client was closed during the wait", null);
        }
        return null;
    }

    /** An acquire that was not answered says something about the server. */
    static void tell(Contact contact, LeaveReason why, @Nullable LockException failure) {
        if (why == LeaveReason.UNAVAILABLE && failure != null) {
            Throwable cause = failure.getCause();
            if (cause == null) {
                contact.failed(String.valueOf(failure.getMessage()));
            } else {
                contact.failed(cause);
            }
        }
    }

    /** What stands for the answer that did not come. */
    static StoreException noAnswer(LockStore store, String lock, @Nullable StoreException last) {
        return last != null ? last : new StoreException(Effect.UNKNOWN, noAnswer(store, lock), null);
    }

    /** The time may be over before the request has failed, which would have told why. */
    private static String noAnswer(LockStore store, String lock) {
        String why;
        try {
            why = store.whyNot(lock);
        } catch (RuntimeException | Error e) {
            why = "an internal error: " + e;
        }
        return why.isEmpty() ? NO_ANSWER : NO_ANSWER + ": " + why;
    }

    /** Why the server has refused for good: any reply but granted, queued, busy and quiet. */
    static LockException refused(LeaseTerms terms, AcquireReply reply) {
        String name = "Lock '" + terms.lock() + "'";
        if (reply instanceof AcquireReply.WrongKind wrong) {
            return new WrongKindException(
                    terms.lock(),
                    name + " is in use as " + wrong.actual() + " (format:kind:permits), not as "
                            + terms.shape().encode());
        }
        if (reply instanceof AcquireReply.QueueFull full) {
            return queueFull(terms.lock(), full.waiting());
        }
        return new LockUnavailableException(
                terms.lock(), name + ": this request was ended by force before it was granted", null);
    }

    /** As made, or why it could not be made. */
    static LockException orWhyNot(String lock, Supplier<LockException> failure) {
        try {
            return failure.get();
        } catch (RuntimeException | Error e) {
            return new LockUnavailableException(lock, "Lock '" + lock + "' was refused, and why is not known: " + e, e);
        }
    }

    static QueueFullException queueFull(String lock, long waiting) {
        return new QueueFullException(
                lock, "Lock '" + lock + "' has " + waiting + " waiters, which is as many as it takes");
    }
}
