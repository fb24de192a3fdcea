package dev.mortise.tests.engine;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How much is in each map, set, list and queue of a client, by the field that has it; what is empty is left out. */
final class Sizes {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();
    private final Map<String, Integer> sizes = new TreeMap<>();

    private Sizes() {}

    /** Those of that object, and of whatever it refers to in our code; not those of what stands for servers. */
    static Map<String, Integer> of(Object root) {
        Sizes sizes = new Sizes();
        sizes.reach(root);
        while (!sizes.open.isEmpty()) {
            sizes.lookAt(sizes.open.pop());
        }
        return sizes.sizes;
    }

    private void lookAt(Object object) {
        for (Class<?> type = object.getClass(); type != null && isOurs(type); type = type.getSuperclass()) {
            List<Field> fields = List.of(type.getDeclaredFields());
            AccessibleObject.setAccessible(fields.toArray(AccessibleObject[]::new), true);
            for (Field field : fields) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    reach(type.getSimpleName() + "." + field.getName(), value(field, object));
                }
            }
        }
    }

    private void reach(String field, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            count(field, map.size());
            List.copyOf(map.keySet()).forEach(this::reach);
            List.copyOf(map.values()).forEach(this::reach);
        } else if (value instanceof Collection<?> some) {
            count(field, some.size());
            List.copyOf(some).forEach(this::reach);
        } else if (value instanceof AtomicReference<?> reference) {
            reach(field, reference.get());
        } else if (value != null) {
            reach(value);
        }
    }

    private void reach(Object value) {
        if (isOurs(value.getClass()) && seen.add(value)) {
            open.push(value);
        }
    }

    private void count(String field, int size) {
        if (size > 0) {
            sizes.merge(field, size, Integer::sum);
        }
    }

    private static boolean isOurs(Class<?> type) {
        String name = type.getName();
        return name.startsWith("dev.mortise.internal.") && !type.isEnum();
    }

    private static @Nullable Object value(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
