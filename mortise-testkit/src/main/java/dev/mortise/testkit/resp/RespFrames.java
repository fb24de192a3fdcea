package dev.mortise.testkit.resp;

import java.net.ProtocolException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into whole RESP2 and RESP3 frames, however the bytes are split when they arrive. Not
 * thread-safe: one thread adds and takes. Streamed strings and aggregates, which no server sends, are refused.
 */
public final class RespFrames {
    private static final int MAX_LENGTH = 512 * 1024 * 1024;

    private final boolean inline;

    // All fields below: the one thread that uses this object.
    private byte[] buffer = new byte[1024];
    private int start; // first byte of the present frame
    private int scanned; // everything before this is understood
    private int end; // first free byte
    private long open; // values that the present frame still lacks; 0 between frames

    private RespFrames(boolean inline) {
        this.inline = inline;
    }

    /** Frames as a server sends them. */
    public static RespFrames ofReplies() {
        return new RespFrames(false);
    }

    /** Frames as a client sends them: arrays of bulk strings, or inline commands, which are a line each. */
    public static RespFrames ofRequests() {
        return new RespFrames(true);
    }

    /** Adds what has arrived; the bytes are copied. */
    public void add(byte[] bytes, int offset, int length) {
        if (buffer.length - end < length) {
            int kept = end - start;
            byte[] room =
                    kept + length <= buffer.length ? buffer : new byte[Math.max(2 * buffer.length, kept + length)];
            System.arraycopy(buffer, start, room, 0, kept);
            buffer = room;
            scanned -= start;
            start = 0;
            end = kept;
        }
        System.arraycopy(bytes, offset, buffer, end, length);
        end += length;
    }

    /**
     * Takes the next whole frame with all its bytes; null when it has not arrived yet.
     *
     * @throws ProtocolException when the bytes are not RESP; this object is of no use then
     */
    public byte @Nullable [] next() throws ProtocolException {
        if (start == end) {
            return null;
        }
        if (open == 0) {
            open = 1;
        }
        while (open > 0) {
            if (!value()) {
                return null;
            }
        }
        byte[] frame = Arrays.copyOfRange(buffer, start, scanned);
        start = scanned;
        return frame;
    }

    /** Steps over one value, or over the head of an aggregate; false when its bytes are not all here. */
    private boolean value() throws ProtocolException {
        int lineEnd = scanned;
        while (lineEnd < end && buffer[lineEnd] != '\n') {
            lineEnd++;
        }
        if (lineEnd == end) {
            return false;
        }
        int after = lineEnd + 1;
        byte type = buffer[scanned];
        if (inline && scanned == start && type != '*') {
            type = '+';
        }
        switch (type) {
            case '+', '-', ':', '_', '#', ',', '(' -> open--;
            case '$', '=', '!' -> {
                int length = length(lineEnd);
                after = length < 0 ? after : after + length + 2;
                if (after > end) {
                    return false;
                }
                open--;
            }
            case '*', '~', '>' -> open += Math.max(0, length(lineEnd)) - 1;
            case '%' -> open += 2L * Math.max(0, length(lineEnd)) - 1;
            case '|' -> open += 2L * Math.max(0, length(lineEnd)); // an attribute stands before the value it belongs to
            default -> throw new ProtocolException("not RESP: a frame begins with byte " + type);
        }
        scanned = after;
        return true;
    }

    private int length(int lineEnd) throws ProtocolException {
        try {
            int length = RespLine.integer(buffer, scanned + 1, lineEnd);
            if (length >= -1 && length <= MAX_LENGTH) {
                return length;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        throw new ProtocolException("not RESP: a length that is none");
    }
}
