package dev.mortise.testkit.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplyMatcherTest {
    private static final ProxyConnection CONNECTION = new ProxyConnection() {
        @Override
        public int number() {
            return 1;
        }

        @Override
        public boolean isSubscriber() {
            return false;
        }
    };

    private final ReplyMatcher matcher = new ReplyMatcher();
    private final ReplyMatcher.OnReply first = (frame, last) -> {};
    private final ReplyMatcher.OnReply second = (frame, last) -> {};

    @Test
    void replies_answer_requests_in_order() {
        expect(first, "GET", "a");
        expect(second, "GET", "b");

        assertThat(match("$1\r\n1\r\n")).isEqualTo(new ReplyMatcher.Matched(first, true));
        assertThat(match("-ERR\r\n")).isEqualTo(new ReplyMatcher.Matched(second, true));
    }

    @Test
    void a_push_answers_nothing() {
        expect(first, "GET", "a");

        assertThat(match(">2\r\n+invalidate\r\n*0\r\n")).isNull();
        assertThat(match("$-1\r\n")).isEqualTo(new ReplyMatcher.Matched(first, true));
    }

    @Test
    void in_resp2_a_subscription_is_answered_by_an_array_for_each_channel() {
        expect(first, "SUBSCRIBE", "a", "b");
        expect(second, "PING");

        assertThat(match(frame("*", "subscribe", "a"))).isEqualTo(new ReplyMatcher.Matched(first, false));
        assertThat(match(frame("*", "message", "a"))).isNull();
        assertThat(match(frame("*", "subscribe", "b"))).isEqualTo(new ReplyMatcher.Matched(first, true));
        assertThat(match(frame("*", "pmessage", "b"))).isNull();
        assertThat(match(frame("*", "pong", ""))).isEqualTo(new ReplyMatcher.Matched(second, true));
    }

    @Test
    void in_resp3_a_subscription_is_answered_by_pushes_and_an_array_is_a_reply() {
        expect(first, "HELLO", "3");
        assertThat(match("%1\r\n+proto\r\n:3\r\n")).isNotNull();
        expect(first, "subscribe", "a");
        expect(second, "LRANGE", "messages", "0", "-1");

        assertThat(match(frame(">", "message", "other"))).isNull();
        assertThat(match(frame(">", "subscribe", "a"))).isEqualTo(new ReplyMatcher.Matched(first, true));
        assertThat(match(frame(">", "subscribe", "late"))).isNull();
        assertThat(match(frame("*", "message", "text"))).isEqualTo(new ReplyMatcher.Matched(second, true));
    }

    @Test
    void a_refused_subscription_is_answered_by_one_error() {
        expect(first, "SUBSCRIBE", "a", "b");
        assertThat(match("-NOPERM\r\n")).isEqualTo(new ReplyMatcher.Matched(first, true));
        assertThat(match("+OK\r\n")).isNull();
    }

    @Test
    void only_what_was_published_counts_as_published() {
        assertThat(matcher.isPublished(bytes(frame(">", "message", "a")))).isTrue();
        assertThat(matcher.isPublished(bytes(frame(">", "subscribe", "a")))).isFalse();
        assertThat(matcher.isPublished(bytes(frame("*", "message", "a")))).isFalse();
    }

    private void expect(ReplyMatcher.OnReply onReply, String... arguments) {
        matcher.expect(new Request(List.of(arguments), CONNECTION), onReply);
    }

    private ReplyMatcher.@Nullable Matched match(String frame) {
        return matcher.match(bytes(frame));
    }

    private static String frame(String type, String word, String channel) {
        return type + "3\r\n$" + word.length() + "\r\n" + word + "\r\n$" + channel.length() + "\r\n" + channel
                + "\r\n:1\r\n";
    }

    private static byte[] bytes(String text) {
        return requireNonNull(text).getBytes(StandardCharsets.UTF_8);
    }
}
