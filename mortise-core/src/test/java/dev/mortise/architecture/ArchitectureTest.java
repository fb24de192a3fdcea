package dev.mortise.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each rule holds for the product, and is seen failing on a violation planted for it. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.mortise");
    private static final JavaClasses PLANTED = new ClassFileImporter().importPackages("planted.mortise");

    @Test
    void the_api_knows_only_the_jdk_and_jspecify() {
        check(Rules::api_knows_only_the_jdk_and_jspecify, "ApiThatKnowsTheEngine");
    }

    @Test
    void interop_knows_only_the_api_and_time() {
        check(Rules::interop_knows_only_the_api_and_time, "BridgeThatKnowsTheEngine");
    }

    @Test
    void only_the_adapter_and_the_entry_points_know_lettuce() {
        check(Rules::only_the_adapter_and_the_entry_points_know_lettuce, "EngineThatKnowsLettuce");
    }

    @Test
    void only_the_adapter_knows_netty() {
        check(Rules::only_the_adapter_knows_netty, "EntryThatKnowsNetty");
    }

    @Test
    void time_threads_and_randomness_come_through_the_port() {
        check(Rules::time_threads_and_randomness_come_through_the_port, "EngineWithItsOwnClock");
    }

    @Test
    void no_package_depends_on_itself_through_others() {
        check(Rules::no_package_depends_on_itself_through_others, "LeaseThatKnowsAcquire");
    }

    @Test
    void each_room_knows_only_those_below() {
        check(Rules::each_room_knows_only_those_below, "LeaseThatKnowsAcquire");
    }

    @Test
    void adapters_know_only_the_ground_floors() {
        check(Rules::adapters_know_only_the_ground_floors, "QuorumThatKnowsLeases");
    }

    @Test
    void no_thread_waits_by_a_future() {
        check(Rules::no_thread_waits_by_a_future, "WaitByGet");
        check(Rules::no_thread_waits_by_a_future, "WaitByReference");
    }

    @Test
    void the_port_knows_no_implementation() {
        check(Rules::the_port_knows_no_implementation, "PortThatKnowsItsAdapter");
    }

    private static void check(Function<Rules, ArchRule> rule, String violator) {
        assertThat(PRODUCT).isNotEmpty();
        rule.apply(new Rules("dev.mortise")).check(PRODUCT);
        assertThatThrownBy(() -> rule.apply(new Rules("planted.mortise")).check(PLANTED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(violator);
    }
}
