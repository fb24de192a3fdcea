package dev.mortise.internal.store;

import org.jspecify.annotations.Nullable;

/** A request that got no proper answer. Messages hold no secret. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is known about the effect of the request. */
    public enum Effect {
        /** It was not executed, and may be repeated at once or later. */
        NONE,
        /** It may have been executed: repeat it with the same lease id, or withdraw. */
        UNKNOWN,
        /** It was refused for a reason that repeating does not mend: rights, foreign data, a damaged record. */
        REFUSED
    }

    private final Effect effect;

    public StoreException(Effect effect, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.effect = effect;
    }

    public Effect effect() {
        return effect;
    }
}
