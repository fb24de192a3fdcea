package dev.mortise;

/** What happens at the moment a lease is lost, besides {@link Lease#lost()}. */
public enum OnLoss {
    /** Nothing more. */
    NOTIFY,
    /** The thread that acquired the lease is interrupted, unless it has released it before. */
    INTERRUPT_OWNER
}
