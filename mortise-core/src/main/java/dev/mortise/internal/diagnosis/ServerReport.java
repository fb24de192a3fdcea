package dev.mortise.internal.diagnosis;

import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what is found about one server. Not thread-safe. */
final class ServerReport {
    private final String server;
    private final List<Finding> findings = new ArrayList<>();

    ServerReport(String server) {
        this.server = server;
    }

    void info(String code, String what) {
        add(Severity.INFO, code, what, "");
    }

    void info(String code, String what, String advice) {
        add(Severity.INFO, code, what, advice);
    }

    void warning(String code, String what, String advice) {
        add(Severity.WARNING, code, what, advice);
    }

    void error(String code, String what, String advice) {
        add(Severity.ERROR, code, what, advice);
    }

    void add(Severity severity, String code, String what, String advice) {
        findings.add(new Finding(severity, code, server, what, advice));
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
