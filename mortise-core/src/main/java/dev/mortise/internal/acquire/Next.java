package dev.mortise.internal.acquire;

import dev.mortise.LockException;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.StoreException;
import org.jspecify.annotations.Nullable;

/** What an acquire has to do next, as its {@link ServerWait} has decided. */
sealed interface Next {
    /** What needs no more words. */
    enum Step implements Next {
        /** Nothing: it is over, or something else is under way. */
        NOTHING,
        /** The request is sent now. */
        ASK,
        /** The server has granted what is to be copied first: the request is sent once more, and waits for the copies. */
        COPY,
        /** That request has failed, and is sent again after a pause. */
        COPY_AGAIN,
        /** The request is sent when its turn to poll has come. */
        POLL,
        /** The local queue is asked whether the server has answered any acquire here. */
        CONSULT_QUEUE,
        /** The wait goes on until an answer is here, or is overdue. */
        AWAIT_ANSWER
    }

    /**
     * The lock is granted; final, unless no lease can be made.
     *
     * @param claimOnly whether it is to be confirmed soon
     */
    record Granted(HoldFacts facts, boolean claimOnly) implements Next {}

    /**
     * It stands in the server's queue.
     *
     * @param isFirst whether nothing has said so before
     * @param then what comes after that: {@link Step#POLL} as the server advises, {@link Step#COPY}, or
     *     {@link Step#NOTHING} when its time is over
     */
    record Queued(AcquireReply.Queued reply, boolean isFirst, Step then) implements Next {}

    /**
     * A request has failed, and it asks again after a pause.
     *
     * @param outlasts whether it goes on doing so through an outage
     */
    record Unanswered(StoreException reason, boolean outlasts) implements Next {}

    /**
     * It leaves without a grant.
     *
     * @param cause what the server or the connection said
     * @param failure what the caller gets, if that is known already
     * @param withdraw whether the server may know of it
     */
    record Leave(
            LeaveReason why,
            @Nullable StoreException cause,
            @Nullable LockException failure,
            boolean withdraw) implements Next {}

    /**
     * The server has refused it.
     *
     * @param leaves whether it leaves for that; false = it is over already
     * @param withdraw whether another request of it may still arrive
     */
    record Refused(AcquireReply reply, boolean leaves, boolean withdraw) implements Next {}
}
