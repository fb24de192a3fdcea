package dev.mortise.testkit.process;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One line between the two JVMs: the number of a call and words, parted by blanks, each word percent-encoded. A command
 * has the verb and its arguments for words, an answer one of the kinds below and what belongs to it.
 *
 * @param call which call this belongs to
 * @param words at least one
 */
record AgentLine(long call, List<String> words) {
    /** Answer: the call has begun, its result comes later. */
    static final String BEGUN = "begun";
    /** Answer: the result follows. */
    static final String OK = "ok";
    /** Answer: the name of an exception and its message follow. */
    static final String FAILED = "failed";

    static AgentLine of(long call, String... words) {
        return new AgentLine(call, List.of(words));
    }

    static AgentLine parse(String text) {
        List<String> parts = Arrays.stream(text.split(" ", -1))
                .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
                .toList();
        return new AgentLine(Long.parseLong(parts.get(0)), parts.subList(1, parts.size()));
    }

    String encode() {
        return Stream.concat(Stream.of(Long.toString(call)), words.stream())
                .map(word -> URLEncoder.encode(word, StandardCharsets.UTF_8))
                .collect(Collectors.joining(" "));
    }

    String word(int index) {
        return words.get(index);
    }

    /** The words may hold a password or a lease id. */
    @Override
    public String toString() {
        return "AgentLine[call=" + call + "]";
    }
}
