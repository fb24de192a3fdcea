package dev.mortise.cli.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.admin.ForceReport;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.admin.StaleKind;
import dev.mortise.admin.StaleReport;
import dev.mortise.admin.WaitGraph;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Palette;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The samples of administration in the guide have the fields that are written, in the same order, and no others. */
class DocumentedJsonTest {
    private static final Path PAGE = Path.of("..", "docs", "guide", "command-line-json.md");
    private static final Instant TIME = Instant.EPOCH;
    private static final ClientInfo CLIENT = new ClientInfo("id", "host", 1, "name", "1", Optional.of(TIME));
    private static final LockInfo.Holder HOLDER =
            new LockInfo.Holder("o", CLIENT, "l", TIME, Optional.of(Duration.ofMillis(1)), 1, 1);
    private static final LockInfo.Waiter WAITER = new LockInfo.Waiter(1, "o", CLIENT, "l", TIME, 1);

    private final StringWriter text = new StringWriter();
    private final JsonLines lines = new JsonLines(new Output(new PrintWriter(text), Palette.plain()));

    @Test
    void samples_are_as_written() throws IOException {
        LockJson.line(lines, new LockInfo("n", LockKind.MUTEX, 1, 1, List.of(HOLDER), List.of(WAITER), 1));
        LockJson.line(lines, CLIENT);
        GraphJson.line(
                lines,
                new WaitGraph(
                        TIME,
                        List.of(new WaitGraph.Node(0, "o", CLIENT), new WaitGraph.Node(1, "p", CLIENT)),
                        List.of(new WaitGraph.Lock("n", LockKind.MUTEX, 1)),
                        List.of(new WaitGraph.Hold(0, "n", TIME, 1, 1, "l", Optional.empty())),
                        List.of(new WaitGraph.Wait(1, "n", TIME, 1, 1, false, "l")),
                        true));
        ReportJson.line(lines, new Finding(Severity.INFO, "code", "server", "what", "advice"));
        StaleReport.Item item = new StaleReport.Item(
                StaleKind.WAITER, "n", Optional.empty(), "o", "l", Optional.of(TIME), StaleReport.Outcome.REMOVED);
        ReportJson.line(lines, new StaleReport(false, 1, 1, 1, List.of(item), List.of()), TIME);
        ReportJson.line(lines, new ForcedRelease("n", 1, Optional.of(HOLDER), List.of()));
        ReportJson.line(lines, new ForceReport.Forced("n", List.of(HOLDER), 0));
        Map<Object, Map<String, Object>> written =
                byType(text.toString().lines().toList());
        Map<Object, Map<String, Object>> documented = byType(samples());
        // Those of watch and bench are compared in the tests of these.
        assertThat(documented.keySet()).containsAll(written.keySet());
        written.forEach((type, object) -> assertThat(shape(documented.get(type)))
                .as("%s", type)
                .isEqualTo(
                        type.equals("staleReport")
                                ? shape(object).replaceAll("items:\\[\\{.*?}]", "items:[]")
                                : shape(object)));
        assertThat(shape(documentedItem()))
                .isEqualTo(shape(JsonText.objects(Objects.requireNonNull(written.get("staleReport")), "items")
                        .get(0)));
    }

    private static List<String> samples() throws IOException {
        return blocks().stream().filter(line -> line.startsWith("{\"type\"")).toList();
    }

    private static Map<String, Object> documentedItem() throws IOException {
        return JsonText.object(blocks().stream()
                .filter(line -> line.startsWith("{\"kind\""))
                .findFirst()
                .orElseThrow());
    }

    private static List<String> blocks() throws IOException {
        return Files.readAllLines(PAGE);
    }

    private static Map<Object, Map<String, Object>> byType(List<String> lines) {
        Map<Object, Map<String, Object>> objects = new LinkedHashMap<>();
        for (String line : lines) {
            Map<String, Object> object = JsonText.object(line);
            objects.put(object.get("type"), object);
        }
        return objects;
    }

    /** The names of all fields. */
    private static String shape(@Nullable Object value) {
        StringBuilder shape = new StringBuilder();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) ->
                    shape.append(shape.isEmpty() ? "" : ",").append(name).append(of(field)));
            return "{" + shape + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + (list.isEmpty() ? "" : shape(list.get(0))) + "]";
        }
        return "";
    }

    private static String of(@Nullable Object field) {
        String inner = shape(field);
        return inner.isEmpty() ? "" : ":" + inner;
    }
}
