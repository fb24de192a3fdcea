package dev.mortise.admin;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is wrong, or worth knowing, about the servers of a client, at the moment when they were asked.
 *
 * @param findings the most severe first
 */
public record Diagnosis(List<Finding> findings) {
    /** Sorts the list: the most severe first, otherwise as given. */
    public Diagnosis {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }

    /** How bad it is. */
    public enum Severity {
        /** Worth knowing. */
        INFO,
        /** Locks work. They may be lost, or slow, when something else goes wrong. */
        WARNING,
        /** A lock may be held twice, or cannot be acquired. */
        ERROR
    }

    /**
     * One thing that was found.
     *
     * @param code what it is, for programs, such as {@code memory.eviction}; does not change between versions
     * @param server the address of the server that it is about; empty when it is about all of them
     * @param what what was found, in a sentence
     * @param advice what to do about it; empty when there is nothing to do
     */
    public record Finding(Severity severity, String code, String server, String what, String advice) {
        /** One line: severity, server, what was found, and what to do. */
        public String describe() {
            return severity + (server.isEmpty() ? "" : " " + server) + ": " + what
                    + (advice.isEmpty() ? "" : ". " + advice) + " [" + code + "]";
        }
    }

    /** The worst of all; empty when nothing was found. */
    public Optional<Severity> worst() {
        return findings.stream().map(Finding::severity).max(Comparator.naturalOrder());
    }

    /** Those that are at least so severe. */
    public List<Finding> atLeast(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity().compareTo(severity) >= 0)
                .toList();
    }

    /** A line for each finding. */
    public String describe() {
        return findings.stream().map(Finding::describe).collect(Collectors.joining("\n"));
    }
}
