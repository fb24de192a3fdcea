package dev.mortise.testkit.process;

/** What was asked of the other JVM ended there with an exception. */
public final class OtherJvmException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String type;

    OtherJvmException(String type, String message) {
        super(type + ": " + message);
        this.type = type;
    }

    /** The name of the exception's class there. */
    public String type() {
        return type;
    }
}
