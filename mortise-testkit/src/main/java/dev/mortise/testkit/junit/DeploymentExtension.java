package dev.mortise.testkit.junit;

import dev.mortise.testkit.Deployment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One deployment for a test class and its nested classes, whole and empty before each test. Who is master may have
 * changed. A parameter of its type is resolved. The tests of the class must not run at the same time.
 *
 * @param <D> the kind of deployment
 */
public abstract sealed class DeploymentExtension<D extends Deployment>
        implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver
        permits SentinelExtension, ClusterExtension, IndependentMastersExtension {
    private final Class<D> type;
    private final Supplier<D> start;

    // The fields below: the one thread that runs the class.
    private @Nullable D deployment;
    private int classes; // the class and those it is nested in, as far as they have begun
    private boolean fresh; // started, and no test has used it

    DeploymentExtension(Class<D> type, Supplier<D> start) {
        this.type = type;
        this.start = start;
    }

    /**
     * The deployment.
     *
     * @throws IllegalStateException when no test class is running, or the field is not static
     */
    public final D deployment() {
        if (deployment == null) {
            throw new IllegalStateException(
                    "no deployment: is the " + getClass().getSimpleName() + " a static field with @RegisterExtension?");
        }
        return deployment;
    }

    @Override
    public final void beforeAll(ExtensionContext context) {
        classes++;
        if (deployment == null) {
            deployment = start.get();
            fresh = true;
        }
    }

    @Override
    public final void beforeEach(ExtensionContext context) {
        if (!fresh) {
            deployment().reset();
        }
        fresh = false;
    }

    @Override
    public final void afterAll(ExtensionContext context) {
        classes--;
        if (classes == 0 && deployment != null) {
            deployment.close();
            deployment = null;
        }
    }

    @Override
    public final boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public final Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return deployment();
    }
}
