package dev.mortise.testkit.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespFramesTest {
    private static final List<String> REPLIES = List.of(
            "+OK\r\n",
            "-ERR no\r\n",
            ":-12\r\n",
            "$-1\r\n",
            "$0\r\n\r\n",
            "$6\r\na\r\n$1b\r\n",
            "*-1\r\n",
            "*0\r\n",
            "*2\r\n*1\r\n$1\r\nx\r\n:1\r\n",
            "_\r\n",
            "#t\r\n",
            ",1.5\r\n",
            "(123456789012345678901234567890\r\n",
            "!9\r\nERR wrong\r\n",
            "=6\r\ntxt:ab\r\n",
            "%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n",
            "~2\r\n:1\r\n:2\r\n",
            "|1\r\n+ttl\r\n:3\r\n*2\r\n:1\r\n:2\r\n",
            ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 4096})
    void replies_are_cut_the_same_however_they_arrive(int chunk) throws ProtocolException {
        assertThat(cut(RespFrames.ofReplies(), String.join("", REPLIES), chunk)).isEqualTo(REPLIES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 4096})
    void requests_are_arrays_or_inline_commands(int chunk) throws ProtocolException {
        List<String> requests = List.of(
                "*1\r\n$4\r\nPING\r\n", "PING\r\n", "set a 1\n", "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n*\r\n$\r\n");
        assertThat(cut(RespFrames.ofRequests(), String.join("", requests), chunk))
                .isEqualTo(requests);
    }

    @Test
    void a_frame_larger_than_any_buffer_is_whole() throws ProtocolException {
        String large = "$100000\r\n" + "x".repeat(100_000) + "\r\n";
        assertThat(cut(RespFrames.ofReplies(), large + "+OK\r\n", 4096)).containsExactly(large, "+OK\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello\r\n", "$x\r\n", "$-2\r\n", "*1\r\n?\r\n", "$99999999999\r\n", "$?\r\n"})
    void what_is_not_resp_is_refused(String text) {
        assertThatThrownBy(() -> cut(RespFrames.ofReplies(), text, 100)).isInstanceOf(ProtocolException.class);
    }

    private static List<String> cut(RespFrames frames, String text, int chunk) throws ProtocolException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> result = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += chunk) {
            frames.add(bytes, at, Math.min(chunk, bytes.length - at));
            for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
                result.add(new String(frame, StandardCharsets.UTF_8));
            }
        }
        return result;
    }
}
