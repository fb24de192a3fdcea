package dev.mortise.testkit.proxy;

import java.time.Duration;

/** What a fault does with a request, on the thread that reads the requests of that connection. */
interface Effect {
    /**
     * Handles the request in place of forwarding it.
     *
     * @param hit to be run when the server has done its part, and before the client can notice
     */
    void apply(Link link, Request request, byte[] frame, Runnable hit) throws InterruptedException;

    /** The server never gets it, nor anything after it on this connection: a stream has no holes. */
    static Effect swallow() {
        return (link, request, frame, hit) -> {
            link.loseRequests();
            hit.run();
        };
    }

    /** The server answers; neither that nor anything after it reaches the client. */
    static Effect dropReply() {
        return (link, request, frame, hit) -> link.forward(request, frame, (reply, last) -> {
            link.loseReplies();
            hit.run();
        });
    }

    /** The server answers; in place of that, the client sees the end of the connection. */
    static Effect dropReply(Close how) {
        return (link, request, frame, hit) -> link.forward(request, frame, (reply, last) -> {
            hit.run();
            link.close(how);
        });
    }

    /** The client sees the end of the connection before the server has answered. */
    static Effect closeAtOnce(Close how) {
        return (link, request, frame, hit) -> {
            link.forward(request, frame, (reply, last) -> {
                link.close(how);
                hit.run();
            });
            link.endClient(how);
        };
    }

    /** The server gets it twice in a row; the client sees the first reply only. */
    static Effect duplicate() {
        return (link, request, frame, hit) -> {
            link.forward(request, frame, link::deliver);
            link.forward(request, frame, (reply, last) -> {
                if (last) {
                    hit.run();
                }
            });
        };
    }

    /** The server gets it once more, later and from elsewhere. */
    static Effect replay(Duration after) {
        return (link, request, frame, hit) -> {
            link.forward(request, frame, link::deliver);
            link.replay(frame, after, hit);
        };
    }
}
