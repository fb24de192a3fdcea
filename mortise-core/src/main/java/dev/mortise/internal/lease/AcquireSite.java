package dev.mortise.internal.lease;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a lease was acquired: the calls of the thread that asked for it, the innermost first. Immutable. */
public final class AcquireSite {
    /** The most calls that are shown. */
    private static final int MOST = 32;

    /** The most calls that one line of the log has. */
    private static final int MOST_IN_LINE = 8;

    private static final String API = "dev.mortise";

    /** Taken as the virtual machine has it, which costs least; what it says is read only when it is shown. */
    private final Throwable taken;

    private AcquireSite(Throwable taken) {
        this.taken = taken;
    }

    /** Of this thread. */
    public static AcquireSite here() {
        return new AcquireSite(new Throwable());
    }

    /** The calls of that site; none when there is none. */
    public static List<StackTraceElement> calls(@Nullable AcquireSite site) {
        return site == null ? List.of() : site.calls();
    }

    /** Without what is called inside the library. */
    private List<StackTraceElement> calls() {
        return Arrays.stream(taken.getStackTrace())
                .dropWhile(AcquireSite::isInside)
                .limit(MOST)
                .toList();
    }

    private static boolean isInside(StackTraceElement call) {
        String name = call.getClassName();
        return name.startsWith(API + ".internal.") || name.lastIndexOf('.') == API.length() && name.startsWith(API);
    }

    /** The first calls as a part of one line, such as "a.B.c(B.java:1) < d.E.f(E.java:2)". */
    public String describe() {
        List<StackTraceElement> calls = calls();
        return calls.stream()
                        .limit(MOST_IN_LINE)
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining(" < "))
                + (calls.size() > MOST_IN_LINE ? " < …" : "");
    }

    /** As a logger prints a stack. */
    public Throwable asThrowable() {
        return new AcquiredHere(calls());
    }

    private static final class AcquiredHere extends Throwable {
        private static final long serialVersionUID = 1L;

        private AcquiredHere(List<StackTraceElement> calls) {
            super("the lease was acquired here", null, false, true);
            setStackTrace(calls.toArray(StackTraceElement[]::new));
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString") // a logger prints this, and no name of a class is wanted there
        public String toString() {
            return String.valueOf(getMessage());
        }
    }
}
