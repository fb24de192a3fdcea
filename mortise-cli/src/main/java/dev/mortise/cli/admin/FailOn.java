package dev.mortise.cli.admin;

import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.Diagnosis.Severity;
import java.util.Locale;

/** Which findings make an exit code. */
enum FailOn {
    WARNING,
    ERROR,
    NEVER;

    boolean fails(Diagnosis diagnosis) {
        return switch (this) {
            case WARNING -> !diagnosis.atLeast(Severity.WARNING).isEmpty();
            case ERROR -> !diagnosis.atLeast(Severity.ERROR).isEmpty();
            case NEVER -> false;
        };
    }

    /** As it stands on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
