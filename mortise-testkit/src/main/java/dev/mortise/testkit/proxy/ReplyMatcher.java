package dev.mortise.testkit.proxy;

import dev.mortise.testkit.resp.RespValues;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the request that a frame from the server answers. Replies come in the order of their requests; between them
 * come messages. Thread-safe.
 *
 * <p>A subscription is answered by one frame for each channel, which in RESP3 is a push and in RESP2 an array. MONITOR
 * and CLIENT REPLY are not understood.
 */
final class ReplyMatcher {
    private static final Set<String> SUBSCRIPTIONS =
            Set.of("SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE");
    private static final Set<String> MESSAGES = Set.of("message", "pmessage", "smessage");

    // All fields: guarded by this.
    private final Queue<Expected> expected = new ArrayDeque<>();
    private boolean resp3;
    private boolean subscribed; // once true stays true

    static boolean isSubscription(Request request) {
        return SUBSCRIPTIONS.contains(request.command());
    }

    /** A request is about to be sent. */
    synchronized void expect(Request request, OnReply onReply) {
        boolean subscription = isSubscription(request);
        subscribed |= subscription;
        expected.add(new Expected(
                subscription ? request.command().toLowerCase(Locale.ROOT) : "",
                request.command().equals("HELLO"),
                subscription ? Math.max(1, request.arguments().size() - 1) : 1,
                onReply));
    }

    /** What is to be done with a frame; null when it answers no request. */
    synchronized @Nullable Matched match(byte[] frame) {
        Expected head = expected.peek();
        if (head == null || (head.isSubscription() ? !head.isConfirmedBy(frame, kind(frame)) : isMessage(frame))) {
            return null;
        }
        if (head.hello && RespValues.isMap(frame)) {
            resp3 = true;
        }
        head.frames--;
        if (head.frames > 0 && !RespValues.isError(frame)) {
            return new Matched(head.onReply, false);
        }
        expected.remove();
        return new Matched(head.onReply, true);
    }

    /** Whether a frame brings what somebody published. */
    synchronized boolean isPublished(byte[] frame) {
        return MESSAGES.contains(kind(frame));
    }

    private boolean isMessage(byte[] frame) {
        String kind = kind(frame);
        return RespValues.isPush(frame)
                || MESSAGES.contains(kind)
                || SUBSCRIPTIONS.contains(kind.toUpperCase(Locale.ROOT));
    }

    /** The first word of a frame that may be a message, else empty. An array is a message on RESP2 subscribers only. */
    private String kind(byte[] frame) {
        if (!RespValues.isPush(frame) && !(RespValues.isArray(frame) && subscribed && !resp3)) {
            return "";
        }
        return RespValues.decode(frame) instanceof List<?> list && !list.isEmpty() ? String.valueOf(list.get(0)) : "";
    }

    /** What happens to a frame that answers a request; runs on the thread that reads the replies. */
    interface OnReply {
        /**
         * Handles it.
         *
         * @param last false while more frames answer the same request
         */
        void frame(byte[] frame, boolean last) throws InterruptedException;
    }

    /** A frame's request. */
    record Matched(OnReply onReply, boolean last) {}

    /** A request without its reply. */
    private static final class Expected {
        private final String confirmation; // empty for everything but subscriptions
        private final boolean hello;
        private int frames; // guarded by the matcher
        private final OnReply onReply;

        Expected(String confirmation, boolean hello, int frames, OnReply onReply) {
            this.confirmation = confirmation;
            this.hello = hello;
            this.frames = frames;
            this.onReply = onReply;
        }

        boolean isSubscription() {
            return !confirmation.isEmpty();
        }

        boolean isConfirmedBy(byte[] frame, String kind) {
            return RespValues.isError(frame) || confirmation.equals(kind);
        }
    }
}
