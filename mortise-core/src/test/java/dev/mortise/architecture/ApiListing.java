package dev.mortise.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The public surface of the exported packages, a line a member, sorted. */
final class ApiListing {
    private static final Set<String> EXPORTED =
            Set.of("dev.mortise", "dev.mortise.admin", "dev.mortise.interop", "dev.mortise.redis");

    private ApiListing() {}

    static List<String> of(JavaClasses classes) {
        List<String> lines = new ArrayList<>();
        classes.stream()
                .filter(type -> EXPORTED.contains(type.getPackageName()))
                .map(JavaClass::reflect)
                .filter(ApiListing::isVisible)
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .forEach(type -> {
                    lines.add(type.toGenericString());
                    lines.addAll(members(type));
                });
        return lines;
    }

    private static Set<String> members(Class<?> type) {
        Set<String> members = new TreeSet<>();
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            add(members, constructor, constructor);
        }
        for (Method method : type.getDeclaredMethods()) {
            add(members, method, method);
        }
        for (Field field : type.getDeclaredFields()) {
            add(members, field, field);
        }
        return members;
    }

    private static void add(Set<String> members, Member member, AccessibleObject what) {
        boolean visible = Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
        if (visible && !member.isSynthetic()) {
            String text = what instanceof Executable executable
                    ? executable.toGenericString()
                    : ((Field) what).toGenericString();
            members.add("  " + text);
        }
    }

    private static boolean isVisible(Class<?> type) {
        return Arrays.stream(chain(type)).allMatch(outer -> Modifier.isPublic(outer.getModifiers()))
                && !type.isAnonymousClass()
                && !type.isSynthetic()
                && !type.getSimpleName().equals("package-info");
    }

    private static Class<?>[] chain(Class<?> type) {
        List<Class<?>> chain = new ArrayList<>();
        for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
            chain.add(each);
        }
        return chain.toArray(Class<?>[]::new);
    }
}
