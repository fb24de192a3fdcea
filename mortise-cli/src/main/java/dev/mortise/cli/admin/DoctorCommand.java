package dev.mortise.cli.admin;

import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.admin.LockAdmin;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.json.ReportJson;
import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.Tone;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is wrong with the servers. */
@Command(
        name = "doctor",
        description = {
            "Looks at every server for what endangers locks or is worth knowing, and says what to do about it; the most severe"
                    + " first. It changes nothing.",
            "ERROR: a lock may be held twice, or cannot be acquired. WARNING: locks work, and may be lost or slow when something"
                    + " else goes wrong. INFO: worth knowing.",
            ""
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:Looked at, and nothing as severe as --fail-on was found.",
            "1:Something as severe as that was found.",
            "64:The command line is wrong.",
            "69:Redis cannot be reached or refuses.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  mortise doctor",
            "  mortise doctor --fail-on warning || page-the-one-on-call",
            "  mortise doctor --json | jq -r 'select(.severity == \"ERROR\") | .what'",
        })
public final class DoctorCommand extends AdminCommand {
    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "error",
            description =
                    "From which severity on the exit code is 1: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private FailOn failOn = FailOn.ERROR;

    @Override
    int run(LockAdmin admin) {
        Diagnosis diagnosis = admin.diagnose();
        if (isJson()) {
            JsonLines lines = json();
            diagnosis.findings().forEach(finding -> ReportJson.line(lines, finding));
        } else {
            Output out = text();
            diagnosis.findings().forEach(finding -> write(out, finding));
            out.line(sum(diagnosis));
        }
        return failOn.fails(diagnosis) ? ExitCode.FAILED : ExitCode.OK;
    }

    private static void write(Output out, Finding finding) {
        Tone tone = tone(finding.severity());
        String server = finding.server().isEmpty() ? "" : " " + Printable.of(finding.server());
        out.line(out.palette().paint(tone, finding.severity().name()) + server + ": " + Printable.of(finding.what())
                + out.palette().paint(Tone.FAINT, " [" + Printable.of(finding.code()) + "]"));
        if (!finding.advice().isEmpty()) {
            out.line("    " + Printable.of(finding.advice()));
        }
    }

    private static Tone tone(Severity severity) {
        return switch (severity) {
            case ERROR -> Tone.BAD;
            case WARNING -> Tone.WARNING;
            case INFO -> Tone.GOOD;
        };
    }

    private static String sum(Diagnosis diagnosis) {
        return count(diagnosis, Severity.ERROR, "error") + ", " + count(diagnosis, Severity.WARNING, "warning") + ", "
                + count(diagnosis, Severity.INFO, "note");
    }

    private static String count(Diagnosis diagnosis, Severity severity, String what) {
        long count = diagnosis.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
