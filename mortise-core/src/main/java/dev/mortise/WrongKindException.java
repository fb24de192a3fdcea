package dev.mortise;

/** The name is already used as another kind, or with another number of permits. Nothing was changed. */
public class WrongKindException extends LockException {
    private static final long serialVersionUID = 1L;

    /** With what the name is used as and what was asked for. */
    public WrongKindException(String lockName, String message) {
        super(lockName, message, null);
    }
}
