package dev.mortise.cli.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Palette;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private static final String ODD = "a\"b\\\u001b[31m\n\u007f\u009b\u202e注🔒";

    private final StringWriter text = new StringWriter();
    private final JsonLines lines = new JsonLines(new Output(new PrintWriter(text), Palette.plain()));

    @Test
    void each_object_is_a_line_of_printable_ascii_and_nothing_is_lost() {
        lines.line("odd", json -> json.writeStringProperty("name", ODD));
        lines.line("odd", json -> json.writeStringProperty("name", ""));
        List<String> written = text.toString().lines().toList();
        assertThat(written).hasSize(2).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 127));
        assertThat(JsonText.object(written.get(0))).containsExactly(Map.entry("type", "odd"), Map.entry("name", ODD));
    }

    @Test
    void a_lock_has_the_fields_of_its_record_durations_in_millis_and_instants_in_iso_8601() {
        ClientInfo client = new ClientInfo("kX81aQ", "app-1", 815, "batch", "0.1.0", Optional.of(Instant.EPOCH));
        ClientInfo dead = new ClientInfo("q", "", 0, "", "", Optional.empty());
        LockInfo.Holder holder = new LockInfo.Holder(
                "main", client, "x", Instant.EPOCH.plusMillis(1), Optional.of(Duration.ofMillis(2500)), 7, 1);
        LockInfo.Holder forever =
                new LockInfo.Holder("", dead, "", Instant.EPOCH.plusSeconds(1), Optional.empty(), 8, 2);
        LockInfo.Waiter waiter = new LockInfo.Waiter(1, "w", client, "", Instant.EPOCH, 3);
        LockInfo info = new LockInfo("n", LockKind.READ_WRITE, 5, 3, List.of(holder, forever), List.of(waiter), 9);
        LockJson.line(lines, info);
        assertThat(text.toString())
                .isEqualToIgnoringNewLines(
                        "{\"type\":\"lock\",\"name\":\"n\",\"kind\":\"READ_WRITE\",\"permits\":5,\"used\":3,"
                                + "\"holders\":[{\"owner\":\"main\",\"client\":{\"id\":\"kX81aQ\",\"host\":\"app-1\",\"pid\":815,"
                                + "\"name\":\"batch\",\"version\":\"0.1.0\",\"openSince\":\"1970-01-01T00:00:00Z\"},\"label\":\"x\","
                                + "\"since\":\"1970-01-01T00:00:00.001Z\",\"expiresInMillis\":2500,\"fencingToken\":7,\"permits\":1},"
                                + "{\"owner\":\"\",\"client\":{\"id\":\"q\",\"host\":\"\",\"pid\":0,\"name\":\"\",\"version\":\"\","
                                + "\"openSince\":null},\"label\":\"\",\"since\":\"1970-01-01T00:00:01Z\",\"expiresInMillis\":null,"
                                + "\"fencingToken\":8,\"permits\":2}],"
                                + "\"waiters\":[{\"place\":1,\"owner\":\"w\",\"client\":{\"id\":\"kX81aQ\",\"host\":\"app-1\","
                                + "\"pid\":815,\"name\":\"batch\",\"version\":\"0.1.0\",\"openSince\":\"1970-01-01T00:00:00Z\"},"
                                + "\"label\":\"\",\"since\":\"1970-01-01T00:00:00Z\",\"permits\":3}],\"lastFencingToken\":9}");
    }
}
