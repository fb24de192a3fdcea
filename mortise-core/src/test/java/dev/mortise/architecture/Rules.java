package dev.mortise.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

/** Who may depend on whom, for a tree of packages below one root; so that planted violations can be checked as well. */
final class Rules {
    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.Thread.sleep",
            "java.lang.Thread.onSpinWait",
            "java.time.Instant.now",
            "java.util.concurrent.ThreadLocalRandom.current",
            "java.util.concurrent.CompletableFuture.runAsync",
            "java.util.concurrent.CompletableFuture.supplyAsync",
            "java.util.concurrent.CompletableFuture.orTimeout",
            "java.util.concurrent.CompletableFuture.completeOnTimeout");

    private static final Set<String> THREADS = Set.of(
            "java.lang.Thread",
            "java.util.Timer",
            "java.util.Random",
            "java.security.SecureRandom",
            "java.util.concurrent.ThreadPoolExecutor",
            "java.util.concurrent.ScheduledThreadPoolExecutor",
            "java.util.concurrent.ForkJoinPool");

    /** Of a future, also of those of Lettuce; getNow is none, as it waits for nothing. */
    private static final Set<String> WAITS = Set.of("get", "join", "await", "invoke", "quietlyJoin");

    private static final List<String> ROOMS =
            List.of("runtime", "store", "lease", "queue", "acquire", "multi", "deadlock", "insight", "stale", "client");

    private final String root;

    Rules(String root) {
        this.root = root;
    }

    ArchRule api_knows_only_the_jdk_and_jspecify() {
        return noClasses()
                .that()
                .resideInAnyPackage(root, root + ".admin")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "org.jspecify..", root, root + ".admin");
    }

    /** Two locks are put together there, whose waits share a limit. */
    ArchRule interop_knows_only_the_api_and_time() {
        return noClasses()
                .that()
                .resideInAPackage(root + ".interop")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..", "org.jspecify..", root, root + ".interop", root + ".internal.runtime");
    }

    ArchRule only_the_adapter_and_the_entry_points_know_lettuce() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(root + ".redis", root + ".internal.lettuce")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce..");
    }

    ArchRule only_the_adapter_knows_netty() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".internal.lettuce")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "reactor..");
    }

    ArchRule time_threads_and_randomness_come_through_the_port() {
        DescribedPredicate<JavaMethodCall> clock = DescribedPredicate.describe(
                "a clock, a pause or a hidden thread",
                call -> CLOCKS.contains(call.getTargetOwner().getName() + "." + call.getName()));
        DescribedPredicate<JavaConstructorCall> thread = DescribedPredicate.describe(
                "a thread, a timer or a generator of random numbers",
                call -> THREADS.contains(call.getTargetOwner().getName()));
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".internal.runtime")
                .should()
                .callMethodWhere(clock)
                .orShould()
                .callConstructorWhere(thread)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors");
    }

    /** They run other tasks of a ForkJoinPool on the same stack: a thread parks, see Await. */
    ArchRule no_thread_waits_by_a_future() {
        return noClasses()
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "waits by a future",
                        (JavaAccess<?> access) -> access.getTargetOwner().isAssignableTo(Future.class)
                                && WAITS.contains(access.getName())));
    }

    ArchRule no_package_depends_on_itself_through_others() {
        return slices().matching(root + ".internal.(*)..").should().beFreeOfCycles();
    }

    /** The rooms of an acquire, from the ground up: each knows only those below it. */
    ArchRule each_room_knows_only_those_below() {
        List<ArchRule> rules = new ArrayList<>();
        for (int floor = 0; floor < ROOMS.size(); floor++) {
            List<String> above = new ArrayList<>(ROOMS.subList(floor + 1, ROOMS.size()));
            above.addAll(List.of("diagnosis", "script", "lettuce"));
            if (floor < ROOMS.size() - 1) {
                above.addAll(List.of("quorum", "interop"));
            }
            rules.add(knowsNone(ROOMS.get(floor), above));
        }
        return CompositeArchRule.of(rules);
    }

    /** What stands behind the port knows no room above it. */
    ArchRule adapters_know_only_the_ground_floors() {
        List<String> above = ROOMS.subList(ROOMS.indexOf("lease"), ROOMS.size());
        List<String> others = new ArrayList<>(above);
        others.addAll(List.of("script", "lettuce"));
        List<String> ground = new ArrayList<>(others);
        ground.add("quorum");
        List<String> notScript = new ArrayList<>(above);
        notScript.addAll(List.of("lettuce", "quorum", "diagnosis"));
        return CompositeArchRule.of(List.of(
                knowsNone("script", above),
                knowsNone("lettuce", above),
                knowsNone("quorum", others),
                knowsNone("interop", notScript),
                knowsNone("diagnosis", ground)));
    }

    private ArchRule knowsNone(String room, List<String> others) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".internal." + room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others.stream()
                        .map(other -> root + ".internal." + other)
                        .toArray(String[]::new))
                .allowEmptyShould(true);
    }

    ArchRule the_port_knows_no_implementation() {
        return noClasses()
                .that()
                .resideInAnyPackage(root + ".internal.store", root + ".internal.runtime")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are other internals",
                        (JavaClass used) -> used.getPackageName().startsWith(root + ".internal.")
                                && !used.getPackageName().equals(root + ".internal.store")
                                && !used.getPackageName().equals(root + ".internal.runtime")));
    }
}
