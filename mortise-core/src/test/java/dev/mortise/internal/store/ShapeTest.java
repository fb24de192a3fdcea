package dev.mortise.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
    @ParameterizedTest
    @EnumSource(LockKind.class)
    void shapes_survive_storage(LockKind kind) {
        Shape shape = new Shape(kind, 42);
        assertThat(Shape.decode(shape.encode())).isEqualTo(shape);
        assertThat(Shape.decode(shape.inQuorum().encode())).isEqualTo(shape.inQuorum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3:m:1", "1:m", "1:x:1", "1:m:0", "1:m:one"})
    void anything_else_is_refused(String stored) {
        assertThatThrownBy(() -> Shape.decode(stored)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_capacity_stays_far_below_what_lua_can_count() {
        assertThat(Shape.MAX * 1000).isLessThan(1L << 53);
        assertThatThrownBy(() -> new Shape(LockKind.SEMAPHORE, Shape.MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
