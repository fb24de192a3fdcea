package dev.mortise.internal.lease;

import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import java.util.Optional;

/** A lease of this library's own making. */
public interface LossAware extends Lease {
    /** Why it was lost, as soon as it is; empty when it was not. */
    Optional<LeaseLoss> loss();
}
