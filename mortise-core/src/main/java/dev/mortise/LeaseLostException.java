package dev.mortise;

/** The lease is not valid any more, and will not be again. */
public class LeaseLostException extends LockException {
    private static final long serialVersionUID = 1L;

    private final transient LeaseLoss loss;
    private final long fencingToken;

    /** With what is known of the loss. */
    public LeaseLostException(String lockName, long fencingToken, LeaseLoss loss) {
        super(lockName, "The lease of lock '" + lockName + "' is lost (" + loss.cause() + "): " + loss.detail(), null);
        this.loss = loss;
        this.fencingToken = fencingToken;
    }

    /** Why it was lost. */
    public LeaseLoss loss() {
        return loss;
    }

    /** The fencing token of the lease. */
    public long fencingToken() {
        return fencingToken;
    }
}
