package dev.mortise.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.admin.StaleKind;
import dev.mortise.internal.store.Dropping;
import dev.mortise.internal.store.Leftover;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What one request of a clean-up may have in it. */
class ScriptRemainsTest {
    private static final int MANY = 50;
    private static final int ONE_REQUEST = 16;

    /** Fields of each request so far. */
    private final List<List<String>> requests = new ArrayList<>();

    private CompletableFuture<Object> answer = new CompletableFuture<>();

    @Test
    void very_many_are_dropped_some_at_a_time_and_one_request_after_the_other() {
        List<Leftover> some = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            some.add(new Leftover(StaleKind.WAITER, "id" + i, "", Leftover.NOBODY, 1));
        }
        Keys keys = new Keys("mortise");
        CompletableFuture<List<Dropping>> dropped =
                new ScriptRemains(runner(), keys, QuietMarker.none()).drop("a", some, 1);
        int asked = 0;
        while (!dropped.isDone()) {
            assertThat(requests).as("while one is not answered").hasSize(++asked);
            List<String> fields = requests.get(asked - 1);
            assertThat(fields).hasSizeLessThanOrEqualTo(ONE_REQUEST);
            CompletableFuture<Object> reply = answer;
            answer = new CompletableFuture<>();
            reply.complete(List.of("1".repeat(fields.size() - 1) + "0"));
        }
        assertThat(requests.stream().flatMap(List::stream))
                .hasSize(MANY)
                .doesNotHaveDuplicates()
                .startsWith("w:id0", "w:id1");
        List<Dropping> outcomes = dropped.join();
        assertThat(outcomes).hasSize(MANY);
        assertThat(outcomes.get(0)).isEqualTo(Dropping.DROPPED);
        assertThat(outcomes.get(ONE_REQUEST - 1)).isEqualTo(Dropping.KEPT);
        assertThat(outcomes.get(MANY - 1)).isEqualTo(Dropping.KEPT);
    }

    private ScriptRunner runner() {
        return (ScriptRunner) Proxy.newProxyInstance(
                ScriptRunner.class.getClassLoader(),
                new Class<?>[] {ScriptRunner.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("run");
                    String fields = (String) ((List<?>) arguments[2]).get(1);
                    requests.add(List.of(fields.split(" ", -1)));
                    return answer;
                });
    }
}
