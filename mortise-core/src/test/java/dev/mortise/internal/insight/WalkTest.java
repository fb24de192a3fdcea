package dev.mortise.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.store.Catalogue.Page;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WalkTest {
    private final List<String> turned = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    private static CompletableFuture<Page> page(String next, String... names) {
        return CompletableFuture.completedFuture(new Page(List.of(names), next));
    }

    private static <T> CompletableFuture<T> failed(Effect effect) {
        return CompletableFuture.failedFuture(new StoreException(effect, "why", null));
    }

    private Walk<String> walk(Map<String, CompletableFuture<Page>> pages) {
        return new Walk<>(
                cursor -> {
                    turned.add(cursor);
                    return Objects.requireNonNull(pages.get(cursor));
                },
                name -> {
                    asked.add(name);
                    return switch (name.charAt(0)) {
                        case '-' -> CompletableFuture.completedFuture(Optional.empty());
                        case '!' -> failed(Effect.REFUSED);
                        case '?' -> failed(Effect.UNKNOWN);
                        default -> CompletableFuture.completedFuture(Optional.of(name));
                    };
                },
                () -> {});
    }

    @Test
    void names_come_once_in_order_over_all_pages() {
        assertThat(walk(Map.of("", page("1", "a", "b"), "1", page("2"), "2", page("", "b", "c", "a"))).stream())
                .containsExactly("a", "b", "c");
        assertThat(asked).containsExactly("a", "b", "c");
    }

    @Test
    void what_is_gone_or_damaged_is_left_out() {
        assertThat(walk(Map.of("", page("", "a", "-b", "!c", "d"))).stream()).containsExactly("a", "d");
    }

    @Test
    void nothing_is_asked_before_it_is_wanted() {
        String[] many = IntStream.range(0, 100).mapToObj(i -> "n" + i).toArray(String[]::new);
        Iterator<String> names =
                walk(Map.of("", page("1", many), "1", page("", "z"))).stream().iterator();
        assertThat(turned).isEmpty();
        assertThat(names.next()).isEqualTo("n0");
        assertThat(asked).hasSize(32);
        assertThat(names.next()).isEqualTo("n1");
        assertThat(asked).hasSize(33);
        assertThat(turned).containsExactly("");
    }

    @Test
    void no_answer_ends_it_and_says_why() {
        assertThatThrownBy(() -> walk(Map.of("", page("", "a", "?b"))).stream().toList())
                .isInstanceOfSatisfying(
                        LockUnavailableException.class,
                        failure -> assertThat(failure.lockName()).isEqualTo("?b"))
                .hasMessage("What is on record cannot be listed: why");
        assertThatThrownBy(() -> walk(Map.of("", page("1", "a"), "1", failed(Effect.NONE))).stream()
                        .toList())
                .isInstanceOf(LockUnavailableException.class);
    }

    @Test
    void a_closed_client_asks_no_more() {
        Walk<String> walk = new Walk<>(
                cursor -> page("", "a"), name -> CompletableFuture.completedFuture(Optional.of(name)), () -> {
                    throw new IllegalStateException("closed");
                });
        assertThatThrownBy(() -> walk.stream().toList()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void only_the_last_names_are_remembered() {
        RecentNames names = new RecentNames(2);
        assertThat(names.add("a")).isTrue();
        assertThat(names.add("b")).isTrue();
        assertThat(names.add("a")).isFalse();
        assertThat(names.add("c")).isTrue();
        assertThat(names.add("a")).isTrue();
        assertThat(names.add("c")).isFalse();
    }
}
