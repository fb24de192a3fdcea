package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.redis.QuorumBuilder;
import dev.mortise.redis.RedisMortise;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a quorum refuses before it connects to anything. */
final class QuorumSettingsTest {
    @Test
    void three_nodes_are_the_least() {
        assertThatThrownBy(() -> RedisMortise.quorum("redis://a", "redis://b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 nodes")
                .hasMessageContaining("had 2");
    }

    @Test
    void a_node_has_an_address_of_its_own_and_is_no_secret() {
        QuorumBuilder builder = RedisMortise.quorumBuilder().node("redis://:secret@a:7000");
        assertThatThrownBy(() -> builder.node("redis://:other@a:7000/0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a:7000")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("other");
        assertThatThrownBy(() -> builder.node("http://b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scheme");
    }

    @Test
    void settings_are_named_with_their_value() {
        refused(builder -> builder.nodeTimeout(Duration.ofMillis(2)), "nodeTimeout", "PT0.002S");
        refused(builder -> builder.nodeTimeout(Duration.ofSeconds(2)), "nodeTimeout", "PT2S");
        refused(builder -> builder.quietPeriod(Duration.ofSeconds(9)), "quietPeriod", "PT9S");
        refused(
                builder -> builder.lease(Duration.ofMinutes(2)).quietPeriod(Duration.ofMinutes(1)),
                "quietPeriod",
                "PT1M");
        refused(builder -> builder.driftFactor(0.009), "driftFactor", "0.009");
        refused(builder -> builder.driftFactor(Double.NaN), "driftFactor", "NaN");
        refused(builder -> builder.maxAttempts(-1), "maxAttempts", "-1");
        refused(builder -> builder.retryDelay(Duration.ZERO, Duration.ofSeconds(1)), "retryDelayMin", "PT0S");
        refused(builder -> builder.retryDelay(Duration.ofSeconds(2), Duration.ofSeconds(1)), "retryDelayMax", "PT1S");
        refused(builder -> builder.maxWaiters(0), "maxWaiters", "0");
        refused(builder -> builder.keyPrefix("a{b}"), "keyPrefix", "a{b}");
        refused(builder -> builder.clientName("a b"), "clientName", "a b");
    }

    private static void refused(UnaryOperator<QuorumBuilder> setting, String name, String value) {
        QuorumBuilder builder = setting.apply(RedisMortise.quorumBuilder()
                .node("redis://127.0.0.1:1")
                .node("redis://127.0.0.1:2")
                .node("redis://127.0.0.1:3"));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(value);
    }
}
