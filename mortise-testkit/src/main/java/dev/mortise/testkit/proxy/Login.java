package dev.mortise.testkit.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a connection has said about itself: protocol, user and database, so that another one can say the same. */
final class Login {
    private static final Set<String> COMMANDS = Set.of("HELLO", "AUTH", "SELECT");

    private final Map<String, byte[]> last = new LinkedHashMap<>(); // the thread that reads the requests

    void note(Request request, byte[] frame) {
        if (COMMANDS.contains(request.command())) {
            last.put(request.command(), frame);
        }
    }

    /** The login, and then this request. */
    List<byte[]> before(byte[] frame) {
        List<byte[]> frames = new ArrayList<>(last.values());
        frames.add(frame);
        return frames;
    }
}
